// nDPI, as far as we use it; nothing else includes its headers.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "dissectors/layers.hpp"
#include "rules/application.hpp"

struct ndpi_detection_module_struct;
struct ndpi_flow_struct;

namespace sightglass::ndpi {

/// The library's numbers for what Application says in words.
struct Verdict {
  std::uint16_t carrier = 0, application = 0, category = 0;
  std::uint64_t risks = 0;
  bool is_known() const { return application != 0; }
};

class Flow {
 public:
  Flow();

 private:
  friend class Module;
  struct Freed {
    void operator()(ndpi_flow_struct* flow) const;
  };
  std::unique_ptr<ndpi_flow_struct, Freed> flow_;
};

/// A detection module: some 11 MB, and some 20 ms to make. One thread.
class Module {
 public:
  Module();
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  /// The next packet of a flow. What is no TCP or UDP with a payload is passed over.
  void examine(Flow& flow, const Layers& layers);
  Verdict verdict(const Flow& flow) const;
  /// Whether more packets can say more.
  bool is_sure(const Flow& flow) const;
  /// There will be no more packets.
  void give_up(Flow& flow);

  Application words(const Verdict& verdict) const;

 private:
  ndpi_detection_module_struct* module_;
  std::vector<std::uint8_t> packet_;
};

std::string_view version();

}  // namespace sightglass::ndpi
