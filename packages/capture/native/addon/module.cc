// SPDX-License-Identifier: MIT
#include <napi.h>

#include "addon/node_recording.h"

namespace {

Napi::Object define_exports(Napi::Env env, Napi::Object exports) {
  exports.Set("Recording", pyspy::NodeRecording::define(env));
  exports.Set("version", PYSPY_VERSION);
  return exports;
}

}  // namespace

NODE_API_MODULE(pyspy_capture, define_exports)
