// The C++ library as a program for any system uses it: what it prints and its exit code are the same here and there.
#include <algorithm>
#include <array>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Square : Shape {
  double side;
  explicit Square(double s) : side(s) {}
  double area() const override { return side * side; }
};
struct Circle : Shape {
  double radius;
  explicit Circle(double r) : radius(r) {}
  double area() const override { return 3 * radius * radius; }
};
struct Loud {
  std::string name;
  explicit Loud(std::string n) : name(std::move(n)) { std::cout << "made " << name << "\n"; }
  ~Loud() { std::cout << "destroyed " << name << "\n"; }
};
static Loud global("global");

static int checked(int n) {
  Loud local("local");
  if (n > 2) throw std::invalid_argument("too large: " + std::to_string(n));
  return n;
}

template <typename T>
static T sum(const std::vector<T> &v) {
  return std::accumulate(v.begin(), v.end(), T{});
}

int main() {
  std::map<std::string, int> counts;
  std::unordered_map<std::size_t, int> lengths;
  std::vector<std::string> words;
  for (std::string word; std::cin >> word;) {
    counts[word]++;
    lengths[word.size()]++;
    words.push_back(word);
  }
  std::sort(words.begin(), words.end(), std::greater<>());
  for (const auto &[word, n] : counts) std::cout << std::setw(8) << word << ' ' << n << '\n';
  std::cout << words.size() << ' ' << words.front() << ' ' << lengths[3] << ' ' << std::set<std::string>(words.begin(), words.end()).size() << '\n';
  std::vector<std::unique_ptr<Shape>> shapes;
  shapes.push_back(std::make_unique<Square>(1.5));
  shapes.push_back(std::make_unique<Circle>(2));
  for (const auto &shape : shapes) std::cout << std::fixed << std::setprecision(3) << shape->area() << ' ' << (dynamic_cast<Square *>(shape.get()) != nullptr) << '\n';
  std::variant<int, std::string> either = std::string("text");
  std::optional<int> nothing;
  std::cout << std::get<std::string>(either) << ' ' << nothing.value_or(9) << ' ' << sum(std::vector<long long>{1LL << 40, 2, 3}) << '\n';
  std::istringstream numbers("3 1 4 1 5 9 2 6");
  std::array<int, 8> digits{};
  for (int &d : digits) numbers >> d;
  std::ranges::sort(digits);
  for (int d : digits) std::cout << d;
  std::cout << '\n';
  try {
    std::cout << checked(1) << '\n';
    std::cout << checked(3) << '\n';
  } catch (const std::exception &e) {
    std::cout << "caught " << e.what() << '\n';
  }
  std::cerr << "on standard error\n";
  return static_cast<int>(words.size());
}
