// SPDX-License-Identifier: Apache-2.0
// Layer 0 of the sample: what a small Debian holds, in the shape of one. All texts are our own.
#include "sample_layer.h"

#include <array>

namespace sample {
namespace {

constexpr Access program{.mode = 0755};

struct Package
{
    std::string_view name;
    std::string_view version;
    std::string_view section;
    unsigned kibibytes;
    std::string_view summary;
};

std::string stanza(const Package& package)
{
    std::string text = "Package: " + std::string(package.name) + "\n";
    text += "Status: install ok installed\nPriority: optional\n";
    text += "Section: " + std::string(package.section) + "\n";
    text += "Installed-Size: " + std::to_string(package.kibibytes) + "\n";
    text += "Maintainer: Sample Packagers <packagers@example.org>\nArchitecture: amd64\n";
    text += "Version: " + std::string(package.version) + "\n";
    return text + "Description: " + std::string(package.summary) + "\n\n";
}

/// A program that is only a name: it says so when it is run.
std::string standInScript(const std::string& name, const std::string& purpose)
{
    return "#!/bin/sh\n# " + name + ": " + purpose + ".\n" +
           "# A stand-in: the sample image shows where files come from, it is not meant to be "
           "run.\n" +
           "echo \"" + name + ": sample stand-in\" >&2\nexit 1\n";
}

void describePrograms(SampleLayer& layer)
{
    constexpr std::array<std::array<const char*, 2>, 14> programs{{
        {"apt-get", "installs packages and what they depend on"},
        {"cat", "prints files one after another"},
        {"chmod", "changes the permission bits of files"},
        {"cp", "copies files"},
        {"dpkg", "unpacks and registers a single package"},
        {"env", "runs a program in a changed environment"},
        {"grep", "prints the lines that match a pattern"},
        {"ls", "lists what is in a directory"},
        {"mkdir", "makes directories"},
        {"mv", "moves and renames files"},
        {"perl", "runs Perl programs"},
        {"rm", "removes files"},
        {"sed", "edits a stream of text"},
        {"touch", "changes the time of files, and makes empty ones"},
    }};
    for (const auto& [name, purpose] : programs) {
        layer.file(std::string("usr/bin/") + name, standInScript(name, purpose), program);
    }
    layer.file("usr/bin/bash", standInBinary("bash", 24), program);
    layer.file("usr/bin/dash", standInBinary("dash", 9), program);
    layer.symlink("usr/bin/sh", "dash");
    layer.file("usr/bin/su", standInBinary("su", 6), {.mode = 04755});
    layer.file("usr/bin/passwd", standInBinary("passwd", 6), {.mode = 04755});
    layer.file("usr/sbin/ldconfig", standInScript("ldconfig", "finds shared libraries"), program);
    layer.file("usr/lib/x86_64-linux-gnu/libc.so.6", standInBinary("libc.so.6", 64), program);
    layer.file("usr/lib/x86_64-linux-gnu/libtinfo.so.6.5", standInBinary("libtinfo.so.6.5", 12));
    layer.symlink("usr/lib/x86_64-linux-gnu/libtinfo.so.6", "libtinfo.so.6.5");
    layer.symlink("usr/lib64/ld-linux-x86-64.so.2", "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
    layer.file("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", standInBinary("ld-linux", 10),
               program);
    // Since the merge of / and /usr these are links.
    for (const char* merged : {"bin", "sbin", "lib", "lib64"}) {
        layer.symlink(merged, std::string("usr/") + merged);
    }
}

void describeConfiguration(SampleLayer& layer)
{
    layer.file("etc/passwd", passwdFile(false));
    layer.file("etc/group", groupFile(false, false));
    layer.file("etc/shadow", "root:*:20465:0:99999:7:::\nnobody:*:20465:0:99999:7:::\n",
               {.mode = 0640, .uid = 0, .gid = 42});
    layer.file("etc/hostname", "article\n");
    layer.file("etc/hosts", "127.0.0.1  localhost\n::1        localhost ip6-localhost\n");
    layer.file("etc/motd",
               "\nWelcome to the sample image.\n\n"
               "This file is in layer 0. A layer above it removes it again; yet its bytes\n"
               "stay in the image, and Stratascope can still show them.\n\n");
    layer.symlink("etc/os-release", "../usr/lib/os-release");
    layer.file("usr/lib/os-release",
               "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie), in miniature\"\n"
               "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\n"
               "VERSION=\"13 (trixie)\"\nVERSION_CODENAME=trixie\nID=debian\n");
    layer.file("etc/debian_version", "13.3\n");
    layer.file("etc/apt/sources.list.d/debian.sources",
               "Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie trixie-updates\n"
               "Components: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n");
    layer.file("etc/apt/apt.conf.d/01autoremove",
               "APT\n{\n  NeverAutoRemove\n  {\n    \"^linux-image.*\";\n    \"^firmware-.*\";\n  "
               "};\n};\n");
    layer.file("etc/bash.bashrc", "# For interactive shells of all users.\n"
                                  "case $- in\n    *i*) ;;\n    *) return ;;\nesac\n\n"
                                  "shopt -s checkwinsize histappend\n"
                                  "PS1='${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '\n");
    layer.file("etc/profile",
               "# For login shells.\n"
               "if [ \"$(id -u)\" -eq 0 ]; then\n"
               "    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
               "else\n    PATH=/usr/local/bin:/usr/bin:/bin\nfi\nexport PATH\n\n"
               "for script in /etc/profile.d/*.sh; do\n"
               "    [ -r \"$script\" ] && . \"$script\"\ndone\nunset script\n");
    layer.file("etc/nsswitch.conf",
               "passwd:  files\ngroup:   files\nshadow:  files\nhosts:   files dns\n");
    layer.dir("etc/profile.d");
}

} // namespace

std::string passwdFile(bool apache)
{
    std::string text = "root:x:0:0:root:/root:/bin/bash\n"
                       "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
                       "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
                       "man:x:6:12:man:/var/cache/man:/usr/sbin/nologin\n";
    text += apache ? "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n" : "";
    return text + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
}

std::string groupFile(bool emacs, bool apache)
{
    std::string text = "root:x:0:\ndaemon:x:1:\nadm:x:4:\nman:x:12:\n";
    text += apache ? "www-data:x:33:\n" : "";
    text += "shadow:x:42:\nstaff:x:50:\n";
    text += emacs ? "games:x:60:\n" : "";
    return text + "nogroup:x:65534:\n";
}

std::string dpkgStatus(bool emacs, bool apache)
{
    constexpr std::array<Package, 6> base{{
        {"base-files", "13.8", "admin", 341, "the folders every system starts with"},
        {"bash", "5.2.37-2", "shells", 7164, "a shell that people type into"},
        {"coreutils", "9.7-3", "utils", 18330, "the small tools for files and text"},
        {"dpkg", "1.22.21", "admin", 6501, "package management, the lower half"},
        {"libc6", "2.41-12", "libs", 12973, "what every program is linked to"},
        {"perl-base", "5.40.1-6", "perl", 7873, "as much Perl as the system needs"},
    }};
    constexpr std::array<Package, 3> editor{{
        {"emacs-common", "1:30.1-6", "editors", 82430,
         "Lisp files that every build of Emacs shares"},
        {"emacs-nox", "1:30.1-6", "editors", 42011, "an editor that can be taught anything"},
        {"libjansson4", "2.14-2", "libs", 95, "reads and writes JSON"},
    }};
    constexpr std::array<Package, 4> server{{
        {"apache2", "2.4.65-2", "httpd", 585, "a web server"},
        {"apache2-bin", "2.4.65-2", "httpd", 4710, "the web server's modules"},
        {"libapr1t64", "1.7.5-1", "libs", 317, "what the web server stands on"},
        {"ssl-cert", "1.1.3", "utils", 64, "makes a certificate for tests"},
    }};
    std::string text;
    for (const Package& package : base) {
        text += stanza(package);
    }
    for (const Package& package : editor) {
        text += emacs ? stanza(package) : "";
    }
    for (const Package& package : server) {
        text += apache ? stanza(package) : "";
    }
    return text;
}

void describeDebian(SampleLayer& layer)
{
    describePrograms(layer);
    describeConfiguration(layer);
    for (const char* folder :
         {"boot", "dev", "home", "media", "mnt", "opt", "proc", "run", "srv", "sys",
          "usr/local/bin", "usr/local/lib", "usr/src", "var/backups", "var/cache/apt/archives",
          "var/lib/apt/lists", "var/mail", "var/spool"}) {
        layer.dir(folder);
    }
    layer.dir("root", {.mode = 0700});
    layer.file("root/.bashrc", "# ~/.bashrc of root\nalias ll='ls -l'\numask 022\n");
    layer.file("root/.profile", "# ~/.profile of root\n[ -n \"$BASH_VERSION\" ] && . "
                                "~/.bashrc\nmesg n 2>/dev/null || true\n");
    layer.dir("tmp", {.mode = 01777});
    layer.dir("var/tmp", {.mode = 01777});
    layer.dir("var/log", {.mode = 0755});
    layer.file("var/log/dpkg.log", "2026-01-12 00:00:00 status installed base-files:amd64 13.8\n",
               {.mode = 0640, .uid = 0, .gid = 4});
    layer.file("var/lib/dpkg/status", dpkgStatus(false, false));
    layer.file("usr/share/doc/base-files/README",
               "Folders, links and a few small files: what a system starts with.\n");
    layer.file("usr/share/doc/bash/README", "The shell that CMD [\"bash\"] starts.\n");
    layer.file(
        "usr/share/doc/bash/FAQ",
        "Why is there no program here?\n  Because this is a sample. See usr/bin/bash in hex.\n");
    layer.file("usr/share/common-licenses/Apache-2.0",
               "The text is in the LICENSE file of Stratascope,\nand at "
               "https://www.apache.org/licenses/LICENSE-2.0\n");
}

} // namespace sample
