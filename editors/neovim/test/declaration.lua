-- Run by test/run.sh in a copy of the vendors' declarations: their findings show, and a quick fix takes one away.

local function fail(text)
  io.stderr:write("FAILED ", text, "\n")
  vim.cmd("cquit 1")
end

local function say(text)
  io.stdout:write("ok ", text, "\n")
end

local function wait(what, look)
  local seen
  local ok = vim.wait(30000, function()
    seen = look()
    return seen
  end, 20)
  if not ok then
    fail("waited in vain for " .. what .. "\n" .. vim.inspect(vim.diagnostic.get(0)):sub(1, 4000))
  end
  return seen
end

local function find(message, line)
  for _, one in ipairs(vim.diagnostic.get(0)) do
    if (one.code == message or one.message:find(message, 1, true)) and (not line or one.lnum == line) then
      return one
    end
  end
end

local function line_of(text)
  for i, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    if line:find(text, 1, true) then
      return i - 1, line:find(text, 1, true) - 1
    end
  end
  fail("no line with `" .. text .. "`")
end

require("policy").setup({
  cmd = vim.split(vim.env.POLICY_TEST_SERVER, " "),
  settings = { language = "en", asOf = "2026-11-22" },
})
vim.cmd("filetype plugin on")

-- The finding of a real document, at its exact place.
vim.cmd("edit schoolmonitor.declaration.yaml")
local at, column = line_of("encrypted: no")
local finding = wait("the finding on `encrypted: no`", function()
  return find("sec-05", at)
end)
local from = column + #"encrypted: "
if finding.col ~= from or finding.end_col ~= from + #"no" then
  fail("the finding is at " .. finding.col .. "-" .. finding.end_col .. ", not at the value " .. from)
end
say("the finding sec-05 stands under the value, line " .. at + 1)

-- A misspelt word, and the word that is meant.
vim.api.nvim_buf_set_lines(0, at, at + 1, false, { "    encrypted: yess" })
local mistake = wait("the mistake in `yess`", function()
  return find("yess", at)
end)
local range = {
  start = { line = mistake.lnum, character = mistake.col },
  ["end"] = { line = mistake.end_lnum, character = mistake.end_col },
}
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", {
  textDocument = { uri = vim.uri_from_bufnr(0) },
  range = range,
  context = {
    diagnostics = {
      { range = range, message = mistake.message, code = mistake.code, severity = mistake.severity, source = "policy" },
    },
    only = { "quickfix" },
  },
}, 5000)
local applied
for id, answer in pairs(answers or {}) do
  for _, action in ipairs(answer.result or {}) do
    if not applied and action.edit and vim.inspect(action.edit):find('"yes"', 1, true) then
      applied = action.title
      vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(id).offset_encoding)
    end
  end
end
if not applied then
  fail("no quick fix for `yess`: " .. vim.inspect(answers))
end
wait("the mistake to go", function()
  return not find("yess", at)
end)
say("the quick fix `" .. applied .. "` settles it")

-- A policy has the file type, and shows its mistakes.
vim.cmd("edit! own.policy")
if vim.bo.filetype ~= "policy" then
  fail("the file type of own.policy is `" .. vim.bo.filetype .. "`")
end
wait("the mistake in own.policy", function()
  return find("studnet", 6)
end)
say("a policy shows its mistakes")
vim.cmd("qall!")
