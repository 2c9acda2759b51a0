// SPDX-License-Identifier: MIT
#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <thread>

#include "addon/in_process_host.h"
#include "addon/outbox.h"
#include "agent/options.h"

namespace pyspy {

// A recording as JavaScript has it: `new Recording(argv, onMessage)`, with the agent's command line
// and a function that is told its messages. It runs in a thread of its own, which ends with this, with
// its worker, and with Node.
//
//   next(): Promise<Uint8Array | number>   what came since; at the end the exit code
//   stop(): void                           asks it to end
class NodeRecording : public Napi::ObjectWrap<NodeRecording> {
 public:
  static Napi::Function define(Napi::Env env);

  explicit NodeRecording(const Napi::CallbackInfo& call);
  ~NodeRecording() override;

 private:
  Napi::Value next(const Napi::CallbackInfo& call);
  void stop(const Napi::CallbackInfo& call);

  void start();
  void answer(Napi::Env env);
  void end();

  static void on_news(Napi::Env env, Napi::Function, NodeRecording* recording, void*);
  using News = Napi::TypedThreadSafeFunction<NodeRecording, void, on_news>;
  // Ends the recording before its environment goes.
  using Cleanup = Napi::Env::CleanupHook<void (*)(NodeRecording*), NodeRecording>;

  CaptureOptions options_;
  Napi::FunctionReference on_message_;
  News news_;
  Outbox outbox_;
  InProcessHost host_;
  std::thread thread_;
  std::optional<Napi::Promise::Deferred> asked_;  // for what comes next
  std::optional<Cleanup> cleanup_;
  bool has_ended_ = false;
};

}  // namespace pyspy
