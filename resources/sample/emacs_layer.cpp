// SPDX-License-Identifier: Apache-2.0
// Layer 1 of the sample: what installing an editor leaves. All texts are our own.
#include "sample_layer.h"

namespace sample {
namespace {

constexpr Access program{.mode = 0755};

constexpr const char* siteStart =
    R"lisp(;;; site-start.el --- read before a user's own settings  -*- lexical-binding: t; -*-

;; Packages put their own start-up files into site-start.d; they are loaded in order of name.
(let ((folder "/etc/emacs/site-start.d"))
  (when (file-directory-p folder)
    (dolist (file (directory-files folder t "\\`[0-9][0-9].*\\.el\\'"))
      (condition-case problem
          (load file nil t)
        (error (message "site-start: %s: %S" file problem))))))

(setq-default indent-tabs-mode nil
              fill-column 80)

;;; site-start.el ends here
)lisp";

constexpr const char* tower =
    R"lisp(;;; tower.el --- the towers of Hanoi, in words  -*- lexical-binding: t; -*-

;;; Commentary:

;; M-x tower-of-words moves a stack of discs and says how.

;;; Code:

(defgroup tower nil
  "The towers of Hanoi."
  :group 'games)

(defcustom tower-discs 4
  "How many discs there are, unless a prefix argument says otherwise."
  :type 'natnum)

(defun tower--move (count from to by report)
  "Move COUNT discs FROM one peg TO another BY way of the third; tell REPORT each move."
  (when (> count 0)
    (tower--move (1- count) from by to report)
    (funcall report count from to)
    (tower--move (1- count) by to from report)))

;;;###autoload
(defun tower-of-words (&optional discs)
  "Say how DISCS discs are moved."
  (interactive "P")
  (let ((moves 0))
    (with-output-to-temp-buffer "*Tower*"
      (tower--move (or discs tower-discs) 'left 'right 'middle
                   (lambda (disc from to)
                     (setq moves (1+ moves))
                     (princ (format "%3d. disc %d: %s -> %s\n" moves disc from to)))))
    (message "%d moves" moves)))

(provide 'tower)

;;; tower.el ends here
)lisp";

constexpr const char* layerMode =
    R"lisp(;;; layer-mode.el --- read the listing of an image's layers  -*- lexical-binding: t; -*-

;;; Code:

(require 'seq)

(defvar layer-mode-font-lock-keywords
  '(("^\\(FROM\\|RUN\\|COPY\\|ADD\\|ENV\\|CMD\\)\\_>" 1 font-lock-keyword-face)
    ("sha256:[0-9a-f]\\{12,64\\}" 0 font-lock-constant-face)
    ("\\_<L[0-9]+\\_>" 0 font-lock-type-face))
  "What is coloured in `layer-mode'.")

(defun layer-mode--size (line)
  "The number of bytes at the end of LINE, or 0."
  (if (string-match "\\([0-9]+\\) bytes\\'" line)
      (string-to-number (match-string 1 line))
    0))

(defun layer-mode-total ()
  "Show the size of all layers in this buffer."
  (interactive)
  (let ((lines (split-string (buffer-string) "\n" t)))
    (message "%s" (file-size-human-readable
                   (seq-reduce #'+ (mapcar #'layer-mode--size lines) 0)))))

;;;###autoload
(define-derived-mode layer-mode special-mode "Layers"
  "For listings of layers."
  (setq font-lock-defaults '(layer-mode-font-lock-keywords)))

(provide 'layer-mode)

;;; layer-mode.el ends here
)lisp";

constexpr const char* news = R"org(* What is new in this editor
** For those who write Lisp
   - Native compilation is on where the compiler is there.
   - ~seq-keep~ and ~let-alist~ are where one looks for them.
** For everybody else
   - It starts faster, from a dumped heap: see emacs.pdmp.
)org";

constexpr const char* desktop = R"ini([Desktop Entry]
Type=Application
Name=Emacs (Terminal)
Comment=Edit text
Exec=emacs -nw %F
Icon=emacs
Terminal=true
Categories=Development;TextEditor;
MimeType=text/plain;text/x-csrc;text/x-python;
)ini";

} // namespace

void describeEmacs(SampleLayer& layer)
{
    layer.file("usr/bin/emacs-nox", standInBinary("emacs-nox", 72), program);
    layer.symlink("usr/bin/emacs", "/etc/alternatives/emacs");
    layer.symlink("etc/alternatives/emacs", "/usr/bin/emacs-nox");
    layer.file("usr/bin/emacsclient", standInBinary("emacsclient", 9), program);
    layer.file("usr/libexec/emacs/30.1/x86_64-linux-gnu/emacs.pdmp",
               standInBinary("emacs.pdmp", 96));
    layer.file("usr/lib/x86_64-linux-gnu/libjansson.so.4.14.0", standInBinary("libjansson", 10));
    layer.symlink("usr/lib/x86_64-linux-gnu/libjansson.so.4", "libjansson.so.4.14.0");
    layer.file("usr/share/emacs/30.1/lisp/play/tower.el", tower);
    layer.file("usr/share/emacs/30.1/lisp/textmodes/layer-mode.el", layerMode);
    layer.file("usr/share/emacs/30.1/lisp/subdirs.el",
               ";; Read when the editor starts: folders below this one.\n"
               "(normal-top-level-add-to-load-path '(\"play\" \"textmodes\"))\n");
    layer.file("usr/share/emacs/30.1/etc/NEWS", news);
    layer.file("usr/share/applications/emacs-term.desktop", desktop);
    layer.file(
        "usr/share/doc/emacs-nox/README.Debian",
        "This build has no windows of its own. It runs in a terminal:\n\n    emacs -nw file\n");
    layer.file("etc/emacs/site-start.el", siteStart);
    layer.file("etc/emacs/site-start.d/50layers.el",
               "(autoload 'layer-mode \"layer-mode\" \"For listings of layers.\" t)\n"
               "(add-to-list 'auto-mode-alist '(\"\\\\.layers\\\\'\" . layer-mode))\n");
    layer.file("var/games/emacs/tower-scores", "31 moves\n", {.mode = 0664, .uid = 0, .gid = 60});

    // What the package manager wrote on the way: its database grows, its caches stay behind.
    layer.file("etc/group", groupFile(true, false));
    layer.file("var/lib/dpkg/status", dpkgStatus(true, false));
    layer.file("var/log/dpkg.log",
               "2026-01-12 00:00:00 status installed base-files:amd64 13.8\n"
               "2026-01-20 09:29:51 status installed libjansson4:amd64 2.14-2\n"
               "2026-01-20 09:29:58 status installed emacs-nox:amd64 1:30.1-6\n",
               {.mode = 0640, .uid = 0, .gid = 4});
    layer.file("var/cache/apt/pkgcache.bin", standInPackageCache("emacs", 48));
    layer.file("var/cache/apt/srcpkgcache.bin", standInPackageCache("emacs sources", 32));
    layer.file(
        "var/lib/apt/lists/mirror.example_debian_dists_trixie_InRelease",
        "Origin: Debian\nSuite: stable\nCodename: trixie\nDate: Tue, 20 Jan 2026 08:11:02 UTC\n");
}

} // namespace sample
