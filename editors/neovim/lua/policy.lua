-- The language server of policies and declarations in Neovim. Works from 0.7 on, and by `vim.lsp.config` from 0.11 on.
--
--   require("policy").setup({ cmd = { "policy", "lsp" }, settings = { language = "nl" } })

local M = {}

--- Policies by their ending, declarations by their names: those keep the file type yaml or json.
M.patterns = { "*.policy", "*.declaration.yaml", "*.declaration.yml", "*.declaration.json" }

local options = { cmd = { "policy", "lsp" }, settings = {} }

--- The folder that is checked: the nearest one with a `policy.toml`, else that of the repository, else of the file.
local function root(path)
  local folder = vim.fn.fnamemodify(path, ":p:h")
  for _, mark in ipairs({ "policy.toml", ".git" }) do
    local above = folder
    while true do
      local file = above .. "/" .. mark
      if vim.fn.filereadable(file) == 1 or vim.fn.isdirectory(file) == 1 then
        return above
      end
      local parent = vim.fn.fnamemodify(above, ":h")
      if parent == above then
        break
      end
      above = parent
    end
  end
  return folder
end

local function by_name(path)
  local name = vim.fn.fnamemodify(path, ":t")
  if name:match("%.policy$") then
    return true
  end
  return name:match("%.declaration%.ya?ml$") ~= nil or name:match("%.declaration%.json$") ~= nil
end

--- What a click on a lens over a rule does: the declarations with their verdicts, in the quickfix list.
local function show_results(command)
  local given = (command.arguments or {})[1] or {}
  local items = {}
  for _, result in ipairs(given.results or {}) do
    local text = result.verdict .. (result.waived and " (waived)" or "")
    table.insert(items, { filename = vim.uri_to_fname(result.uri), lnum = 1, col = 1, text = text })
  end
  vim.fn.setqflist({}, " ", { title = given.rule, items = items })
  vim.cmd("copen")
end

--- The questions for a vendor, as a text of their own.
local function show_questions(command)
  local given = (command.arguments or {})[1] or {}
  vim.cmd("new")
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.filetype = "nofile", "wipe", "markdown"
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(given.text or "", "\n"))
end

local function config()
  return {
    name = "policy",
    cmd = options.cmd,
    settings = { policy = options.settings },
    init_options = options.settings,
  }
end

local clients = {}

--- Before 0.8 there is no `vim.lsp.start`: one client for each folder.
local function attach(buffer)
  local folder = root(vim.api.nvim_buf_get_name(buffer))
  local wanted = vim.tbl_extend("force", config(), { root_dir = folder })
  if vim.lsp.start then
    vim.lsp.start(wanted, { bufnr = buffer })
    return
  end
  wanted.workspace_folders = { { uri = vim.uri_from_fname(folder), name = folder } }
  wanted.on_exit = function()
    clients[folder] = nil
  end
  clients[folder] = clients[folder] or vim.lsp.start_client(wanted)
  if clients[folder] then
    vim.lsp.buf_attach_client(buffer, clients[folder])
  end
end

--- A document inside the program, such as a file of a standard pack: it can be read, not written.
local function read_inside(buffer, uri)
  local all = vim.lsp.get_clients or vim.lsp.get_active_clients
  for _, client in ipairs(all({ name = "policy" })) do
    if client.name == "policy" then
      local done, answer = false, nil
      client.request("policy/document", { uri = uri }, function(_, result)
        done, answer = true, result
      end, buffer)
      vim.wait(2000, function()
        return done
      end, 10)
      if answer then
        vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(answer.text, "\n"))
        vim.bo[buffer].filetype = answer.languageId
      end
    end
  end
  vim.bo[buffer].modifiable, vim.bo[buffer].modified, vim.bo[buffer].buftype = false, false, "nofile"
end

--- Starts the server for policies and declarations.
function M.setup(given)
  options = vim.tbl_extend("force", options, given or {})
  vim.lsp.commands["policy.showResults"] = show_results
  vim.lsp.commands["policy.showQuestions"] = show_questions
  local group = vim.api.nvim_create_augroup("policy", { clear = true })
  vim.api.nvim_create_autocmd("BufReadCmd", {
    group = group,
    pattern = "policy:/*",
    callback = function(event)
      read_inside(event.buf, event.match)
    end,
  })
  if vim.lsp.config then
    vim.lsp.config("policy", vim.tbl_extend("force", config(), {
      filetypes = { "policy", "yaml", "json" },
      root_dir = function(buffer, on_dir)
        local path = vim.api.nvim_buf_get_name(buffer)
        if by_name(path) then
          on_dir(root(path))
        end
      end,
    }))
    vim.lsp.enable("policy")
    return
  end
  vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, {
    group = group,
    pattern = M.patterns,
    callback = function(event)
      attach(event.buf)
    end,
  })
end

return M
