;;; declaration.el --- A vendor's declaration in a real Emacs  -*- lexical-binding: t; -*-

;;; Code:

(require 'policy)
(require 'cl-lib)

(defun policy-test-until (what look)
  "Wait until LOOK gives something, and give it; say WHAT was waited for if it never does."
  (let ((end (+ (float-time) 60)) seen)
    (while (and (not (setq seen (funcall look))) (< (float-time) end))
      (accept-process-output nil 0.1))
    (or seen (error "Waited in vain for %s" what))))

(defun policy-test-found (words &optional under)
  "The diagnostic with WORDS in this buffer, if it stands under that text."
  (flymake-start)
  (cl-find-if (lambda (one)
                (and (string-match-p (regexp-quote words) (flymake-diagnostic-text one))
                     (or (not under)
                         (equal under (buffer-substring (flymake-diagnostic-beg one)
                                                        (flymake-diagnostic-end one))))))
              (flymake-diagnostics)))

(defun policy-test-open (file)
  "Open FILE and start the server for it."
  (find-file file)
  (apply #'eglot (eglot--guess-contact))
  (policy-test-until "the server" #'eglot-current-server))

(setq eglot-sync-connect 30
      eglot-autoshutdown t
      eglot-server-programs
      `((policy-mode . ,(split-string (getenv "POLICY_TEST_SERVER")))
        (policy-declaration-mode . ,(split-string (getenv "POLICY_TEST_SERVER")))))
(remove-hook 'policy-mode-hook #'eglot-ensure)
(remove-hook 'policy-declaration-mode-hook #'eglot-ensure)

(policy-test-open "schoolmonitor.declaration.yaml")
(cl-assert (eq major-mode 'policy-declaration-mode))
(let ((found (policy-test-until "a finding of sec-05 under its value"
                                (lambda () (policy-test-found "sec-05" "no")))))
  (message "ok a declaration has findings: %d, one of them: %s"
           (length (flymake-diagnostics)) (flymake-diagnostic-text found))
  (let* ((at (eglot--pos-to-lsp-position (flymake-diagnostic-beg found)))
         (hover (jsonrpc-request (eglot-current-server) :textDocument/hover
                                 (list :textDocument (eglot--TextDocumentIdentifier) :position at))))
    (cl-assert (string-match-p "sec-05" (plist-get (plist-get hover :contents) :value)))
    (message "ok hover says why")))

(find-file "own.policy")
(apply #'eglot (eglot--guess-contact))
(policy-test-until "the misspelt word" (lambda () (policy-test-found "studnet")))
(message "ok a misspelt word is underlined in a policy")
(search-forward "studnet")
(let* ((actions (eglot-code-actions (match-beginning 0) (match-end 0) "quickfix"))
       (fix (cl-find-if (lambda (one) (string-match-p "student" (plist-get one :title)))
                        (append actions nil))))
  (cl-assert fix)
  (eglot--apply-workspace-edit (plist-get fix :edit)))
(cl-assert (string-match-p "no student data" (buffer-string)))
;; A batch Emacs is never idle, which is when changes are sent.
(eglot--signal-textDocument/didChange)
(policy-test-until "the finding to go" (lambda () (not (policy-test-found "studnet"))))
(message "ok a quick fix writes the word that is meant")
(set-buffer-modified-p nil)
(kill-emacs 0)
;;; declaration.el ends here
