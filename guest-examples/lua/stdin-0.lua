-- Is a loan within the rules of the bank? The account's history stays private; the rules are this script, which everybody can read.
local incomes, debts, months = 0, 0, {}
for month, kind, amount in input:gmatch("(%d+-%d+) (%a+) (%d+)\n") do
  local cents = tonumber(amount)
  months[month] = true
  if kind == "salary" then
    incomes = incomes + cents
  elseif kind == "rate" then
    debts = debts + cents
  else
    error("unknown kind of entry: " .. kind)
  end
end

local sorted = {}
for month in pairs(months) do
  sorted[#sorted + 1] = month
end
table.sort(sorted)
assert(#sorted >= 3, "fewer than three months")

local share = debts / incomes
print(string.format("%d months, share of debts %.4f", #sorted, share))
public(string.format("from %s to %s: %s\n", sorted[1], sorted[#sorted], share < 0.35 and "granted" or "denied"))
