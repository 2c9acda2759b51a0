// SPDX-License-Identifier: MIT
#include "addon/node_recording.h"

#include <pthread.h>
#include <signal.h>

#include <mutex>
#include <string>
#include <vector>

#include "agent/core_recording.h"
#include "agent/diagnostics.h"
#include "agent/progress.h"
#include "agent/recording.h"

namespace pyspy {
namespace {

// Signals are for the threads of Node: a new thread blocks what its maker blocks.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

Result<CaptureOptions> options_of(const Napi::Array& words) {
  std::vector<std::string> texts = {"pyspy-capture"};
  for (uint32_t i = 0; i < words.Length(); ++i) texts.push_back(words.Get(i).ToString());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  // getopt(3) keeps its place in variables of the process, and workers are threads.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  Result<CaptureOptions> options = parse_options(static_cast<int>(texts.size()), argv.data());
  if (options && !options->program.empty()) {
    return Error{ErrorCode::kUsage, "a program is launched by the executable"};
  }
  return options;
}

}  // namespace

Napi::Function NodeRecording::define(Napi::Env env) {
  return DefineClass(env, "Recording",
                     {InstanceMethod<&NodeRecording::next>("next"),
                      InstanceMethod<&NodeRecording::stop>("stop")});
}

NodeRecording::NodeRecording(const Napi::CallbackInfo& call)
    : Napi::ObjectWrap<NodeRecording>(call),
      on_message_(Napi::Persistent(call[1].As<Napi::Function>())),
      news_(News::New(call.Env(), "pyspy-capture", 0, 1, this)),
      outbox_([this] { news_.NonBlockingCall(); }),
      host_(outbox_) {
  news_.Unref(call.Env());  // only who waits for something keeps Node alive
  Result<CaptureOptions> options = options_of(call[0].As<Napi::Array>());
  if (options) {
    options_ = std::move(*options);
    start();
  } else {
    host_.tell_error(options.error().message, advice(options.error(), 0));
    outbox_.end(exit_code(options.error()));
  }
  cleanup_ = call.Env().AddCleanupHook(
      +[](NodeRecording* recording) {
        recording->cleanup_.reset();
        recording->end();
      },
      this);
}

NodeRecording::~NodeRecording() { end(); }

void NodeRecording::start() {
  const BlockedSignals blocked;
  thread_ = std::thread([this] {
    ::pthread_setname_np(::pthread_self(), "pyspy-capture");
    outbox_.end(options_.core.empty() ? Recording(options_, host_).run()
                                      : record_core(options_, host_));
  });
}

// Until then the thread may use what is here.
void NodeRecording::end() {
  if (has_ended_) return;
  has_ended_ = true;
  host_.stop();
  outbox_.close();
  if (thread_.joinable()) thread_.join();
  news_.Abort();
  if (cleanup_) cleanup_->Remove(Env());
}

Napi::Value NodeRecording::next(const Napi::CallbackInfo& call) {
  const Napi::Env env = call.Env();
  if (asked_) {
    Napi::Error::New(env, "the answer to the last next() is still to come").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  asked_.emplace(Napi::Promise::Deferred::New(env));
  const Napi::Value promise = asked_->Promise();
  Ref();
  news_.Ref(env);
  answer(env);
  return promise;
}

void NodeRecording::stop(const Napi::CallbackInfo&) { host_.stop(); }

void NodeRecording::on_news(Napi::Env env, Napi::Function, NodeRecording* recording, void*) {
  // Without an environment it is over, and the recording may be gone.
  if (static_cast<napi_env>(env) != nullptr) recording->answer(env);
}

// Tells what there is to tell, and gives what was asked for, where it is there.
void NodeRecording::answer(Napi::Env env) {
  const Napi::HandleScope scope(env);
  for (const std::string& message : outbox_.take_messages()) {
    on_message_.Call({Napi::String::New(env, message)});
  }
  if (!asked_) return;
  const std::vector<uint8_t> bytes = outbox_.take_bytes();
  const std::optional<int> status = bytes.empty() ? outbox_.status() : std::nullopt;
  if (bytes.empty() && !status) return;
  const Napi::Promise::Deferred asked = *asked_;
  asked_.reset();
  news_.Unref(env);
  if (status) {
    asked.Resolve(Napi::Number::New(env, *status));
  } else {
    asked.Resolve(Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size()));
  }
  Unref();  // last: nothing may refer to it any more
}

}  // namespace pyspy
