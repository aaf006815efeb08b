// SPDX-License-Identifier: Apache-2.0
// Layer 2 of the sample: a web server, and every way a layer can change the ones below. All texts
// are our own.
#include "sample_layer.h"

#include <array>

namespace sample {
namespace {

constexpr Access program{.mode = 0755};

constexpr const char* mainConf =
    R"conf(# The server as a whole. What is switched on lies in mods-enabled, conf-enabled and sites-enabled.
ServerRoot "/etc/apache2"
PidFile ${APACHE_PID_FILE}
Timeout 120
KeepAlive On
MaxKeepAliveRequests 100
KeepAliveTimeout 5

User ${APACHE_RUN_USER}
Group ${APACHE_RUN_GROUP}

ErrorLog ${APACHE_LOG_DIR}/error.log
LogLevel warn

IncludeOptional mods-enabled/*.load
IncludeOptional mods-enabled/*.conf
Include ports.conf

# Nothing may be read unless a site says so.
<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>

<Directory /var/www/>
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>

AccessFileName .htaccess
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>

LogFormat "%h %l %u %t \"%r\" %>s %O" common
IncludeOptional conf-enabled/*.conf
IncludeOptional sites-enabled/*.conf
)conf";

constexpr const char* defaultSite = R"conf(<VirtualHost *:80>
    ServerAdmin webmaster@localhost
    DocumentRoot /var/www/html

    ErrorLog ${APACHE_LOG_DIR}/error.log
    CustomLog ${APACHE_LOG_DIR}/access.log common
</VirtualHost>
)conf";

constexpr const char* sslSite = R"conf(<VirtualHost *:443>
    ServerAdmin webmaster@localhost
    DocumentRoot /var/www/html
    SSLEngine on
    SSLCertificateFile    /etc/ssl/certs/ssl-cert-snakeoil.pem
    SSLCertificateKeyFile /etc/ssl/private/ssl-cert-snakeoil.key
</VirtualHost>
)conf";

constexpr const char* environment = R"sh(# Read by apache2ctl before the server starts.
unset HOME

export APACHE_RUN_USER=www-data
export APACHE_RUN_GROUP=www-data
export APACHE_PID_FILE=/run/apache2/apache2.pid
export APACHE_RUN_DIR=/run/apache2
export APACHE_LOG_DIR=/var/log/apache2
export LANG=C
)sh";

constexpr const char* control = R"sh(#!/bin/sh
# Starts, stops and asks the web server.
set -eu

. "${APACHE_ENVVARS:-/etc/apache2/envvars}"

case "${1:-help}" in
    start | stop | restart | graceful)
        exec /usr/sbin/apache2 -k "$1"
        ;;
    configtest)
        exec /usr/sbin/apache2 -t
        ;;
    *)
        echo "usage: $0 start|stop|restart|graceful|configtest" >&2
        exit 2
        ;;
esac
)sh";

constexpr const char* page = R"html(<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>It works</title>
  <style>
    body { font-family: sans-serif; max-width: 36em; margin: 3em auto; }
    img  { float: right; margin-left: 2em; }
  </style>
</head>
<body>
  <h1>It works</h1>
  <img src="icons/strata.png" alt="Four layers, one upon the other">
  <p>This page came with layer 2. The shell that could show it came with layer 0,
     the editor that could change it with layer 1.</p>
  <p>Change it in a container, and it will be copied up first.</p>
</body>
</html>
)html";

struct Module
{
    const char* name;
    const char* file;
    bool enabled;
};

void describeModules(SampleLayer& layer)
{
    constexpr std::array<Module, 7> modules{{
        {"alias", "mod_alias.so", true},
        {"autoindex", "mod_autoindex.so", true},
        {"dir", "mod_dir.so", true},
        {"mime", "mod_mime.so", true},
        {"mpm_event", "mod_mpm_event.so", true},
        {"rewrite", "mod_rewrite.so", false},
        {"ssl", "mod_ssl.so", false},
    }};
    for (const Module& module : modules) {
        const std::string name = module.name;
        const std::string library = std::string("usr/lib/apache2/modules/") + module.file;
        layer.file(library, standInBinary(module.file, 7));
        layer.file("etc/apache2/mods-available/" + name + ".load",
                   std::string("LoadModule ").append(name).append("_module /").append(library) +
                       "\n");
        if (module.enabled) {
            layer.symlink("etc/apache2/mods-enabled/" + name + ".load",
                          "../mods-available/" + name + ".load");
        }
    }
    layer.file("etc/apache2/mods-available/dir.conf",
               "DirectoryIndex index.html index.xhtml index.htm\n");
    layer.symlink("etc/apache2/mods-enabled/dir.conf", "../mods-available/dir.conf");
    layer.file(
        "etc/apache2/mods-available/mpm_event.conf",
        "StartServers            2\nMinSpareThreads         25\nMaxSpareThreads         75\n"
        "ThreadsPerChild         25\nMaxRequestWorkers       150\nMaxConnectionsPerChild  0\n");
    layer.symlink("etc/apache2/mods-enabled/mpm_event.conf", "../mods-available/mpm_event.conf");
}

void describeServer(SampleLayer& layer)
{
    layer.file("usr/sbin/apache2", standInBinary("apache2", 48), program);
    layer.file("usr/sbin/apache2ctl", control, program);
    layer.hardlink("usr/sbin/apachectl", "usr/sbin/apache2ctl");
    layer.file("etc/apache2/apache2.conf", mainConf);
    layer.file("etc/apache2/ports.conf",
               "Listen 80\n\n<IfModule ssl_module>\n    Listen 443\n</IfModule>\n");
    layer.file("etc/apache2/envvars", environment);
    layer.file("etc/apache2/sites-available/000-default.conf", defaultSite);
    layer.file("etc/apache2/sites-available/default-ssl.conf", sslSite);
    layer.symlink("etc/apache2/sites-enabled/000-default.conf",
                  "../sites-available/000-default.conf");
    layer.file("etc/apache2/conf-available/charset.conf", "AddDefaultCharset UTF-8\n");
    layer.symlink("etc/apache2/conf-enabled/charset.conf", "../conf-available/charset.conf");
    layer.file("etc/logrotate.d/apache2",
               "/var/log/apache2/*.log {\n    daily\n    rotate 14\n    compress\n"
               "    create 640 root adm\n}\n");
    layer.file("var/www/html/index.html", page);
    layer.file("var/www/html/icons/strata.png", strataPng(48, 32));
    layer.dir("var/www/html/upload", {.mode = 02775, .uid = 33, .gid = 33});
    layer.dir("var/log/apache2", {.mode = 0750, .uid = 0, .gid = 4});
    layer.dir("var/cache/apache2/mod_cache_disk", {.mode = 0755, .uid = 33, .gid = 33});
    layer.file("usr/share/doc/apache2/README",
               "Sites and modules are switched on by links: see a2ensite, a2enmod.\n");
}

/// Changes to what the layers below have: one of every kind.
void describeChanges(SampleLayer& layer)
{
    // Overwritten: larger each time, and the lower copies still take their place in the image.
    layer.file("etc/passwd", passwdFile(true));
    layer.file("etc/group", groupFile(true, true));
    layer.file("var/lib/dpkg/status", dpkgStatus(true, true));
    // Removed.
    layer.whiteout("etc/motd");
    layer.whiteout("var/lib/apt/lists/mirror.example_debian_dists_trixie_InRelease");
    // Emptied and filled anew: what was in it is hidden by one opaque mark.
    layer.opaque("var/cache/apt");
    layer.file("var/cache/apt/pkgcache.bin", standInPackageCache("apache", 56));
    // Only the permissions, of a file (a whole copy all the same) and of a directory.
    layer.changeAccess("usr/bin/emacs-nox", {.mode = 0750, .uid = 0, .gid = 50});
    layer.dir("var/log", {.mode = 0775, .uid = 0, .gid = 4});
}

} // namespace

void describeApache(SampleLayer& layer)
{
    describeServer(layer);
    describeModules(layer);
    describeChanges(layer);
}

} // namespace sample
