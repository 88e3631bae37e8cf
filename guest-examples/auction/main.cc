/*
 * A sealed-bid auction in which the best bidder pays the second-best bid (Vickrey). Input items, one for each sealed bid: a salt (32 bytes), then
 * `name,amount`. Public: SHA-256 of each item, sorted, then the line `name,price`. Of two equal bids the one whose SHA-256 is less wins. Where an
 * item is no bid, one is there twice, or there are fewer than two, exits with code 1.
 */
#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>
#include "items.h"

struct Bid {
  std::array<uint8_t, 32> seal;
  std::string name;
  uint32_t amount;
};

// The whole of a decimal number without leading zeros.
static bool read_amount(std::string_view text, uint32_t &amount) {
  const char *end = text.data() + text.size();
  auto [read, error] = std::from_chars(text.data(), end, amount);
  return error == std::errc() && read == end && (text[0] != '0' || text.size() == 1);
}

static std::vector<Bid> read_bids() {
  constexpr uint32_t SALT = 32;
  std::vector<Bid> bids;
  uint32_t length;
  while (const uint8_t *item = weft_input(&length)) {
    if (length < SALT) weft_refuse("a bid has no salt");
    std::string_view text(reinterpret_cast<const char *>(item) + SALT, length - SALT);
    size_t comma = text.find(',');
    Bid bid{};
    if (comma == 0 || comma == text.npos || !read_amount(text.substr(comma + 1), bid.amount)) weft_refuse("a bid is not name,amount");
    bid.name = text.substr(0, comma);
    weft_sha256_of(item, length, bid.seal.data());
    bids.push_back(std::move(bid));
  }
  return bids;
}

int main() {
  std::vector<Bid> bids = read_bids();
  if (bids.size() < 2) weft_refuse("fewer than two bids");
  std::sort(bids.begin(), bids.end(), [](const Bid &a, const Bid &b) { return a.seal < b.seal; });
  auto twice = std::adjacent_find(bids.begin(), bids.end(), [](const Bid &a, const Bid &b) { return a.seal == b.seal; });
  if (twice != bids.end()) weft_refuse("a bid is there twice");
  for (const Bid &bid : bids) weft_public(bid.seal.data(), bid.seal.size());
  std::stable_sort(bids.begin(), bids.end(), [](const Bid &a, const Bid &b) { return a.amount > b.amount; });
  std::string line = bids[0].name + "," + std::to_string(bids[1].amount) + "\n";
  weft_public(line.data(), line.size());
  return 0;
}
