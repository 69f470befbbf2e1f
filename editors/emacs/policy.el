;;; policy.el --- Policies and declarations with Eglot  -*- lexical-binding: t; -*-

;;; Commentary:
;; Two modes, and the server for both: put this file on the load path and (require 'policy).
;; Needs Eglot: inside Emacs from 29 on, a package before.

;;; Code:

(require 'eglot)

(define-derived-mode policy-mode prog-mode "Policy"
  "Major mode for policies."
  (setq-local comment-start "# "))

(define-derived-mode policy-declaration-mode conf-colon-mode "Declaration"
  "Major mode for what a vendor's document says.")

(add-to-list 'auto-mode-alist '("\\.policy\\'" . policy-mode))
(add-to-list 'auto-mode-alist
             '("\\.declaration\\.\\(ya?ml\\|json\\)\\'" . policy-declaration-mode))

(put 'policy-declaration-mode 'eglot-language-id "yaml")
(add-to-list 'eglot-server-programs
             '((policy-mode policy-declaration-mode) . ("policy" "lsp")))

(add-hook 'policy-mode-hook #'eglot-ensure)
(add-hook 'policy-declaration-mode-hook #'eglot-ensure)

(provide 'policy)
;;; policy.el ends here
