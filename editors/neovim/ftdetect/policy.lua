vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  pattern = "*.policy",
  callback = function()
    vim.bo.filetype = "policy"
  end,
})
