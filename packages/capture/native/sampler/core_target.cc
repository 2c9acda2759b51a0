// SPDX-License-Identifier: MIT
#include "sampler/core_target.h"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "cpython/worker_name.h"
#include "sampler/stack_variables.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Where a stack lies is learned from the first reads.
constexpr int kMostReads = 4;
// Names of very many threads are read some at a time.
constexpr int kMostNameReads = 1000;
constexpr size_t kMostMissingTold = 3;
constexpr int kCoreDumped = 0x80;  // in a status of waitpid(2)

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) words.emplace_back(take_field(text, ' '));
  return words;
}

// What is missing, the interpreter first; not all of a hundred libraries.
std::vector<std::string> told(std::vector<std::string> missing) {
  std::stable_partition(missing.begin(), missing.end(), [](const std::string& file) {
    return file.find("libpython") != std::string::npos;
  });
  if (missing.size() <= kMostMissingTold) return missing;
  const size_t others = missing.size() - kMostMissingTold;
  missing.resize(kMostMissingTold);
  missing.push_back("so it is with " + std::to_string(others) + " more files");
  return missing;
}

// Those that end a process with a core file: signal(7).
std::string signal_name(int signal) {
  constexpr std::pair<int, const char*> kNames[] = {
      {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"}, {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"},
      {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"}, {SIGSEGV, "SIGSEGV"}, {SIGXCPU, "SIGXCPU"},
      {SIGXFSZ, "SIGXFSZ"}, {SIGSYS, "SIGSYS"},
  };
  for (const auto& [number, name] : kNames) {
    if (number == signal) return std::to_string(signal) + " (" + name + ")";
  }
  return std::to_string(signal);
}

}  // namespace

Result<std::unique_ptr<CoreTarget>> CoreTarget::open(const std::string& path,
                                                     const CoreAccess& access) {
  Result<CoreFile> opened = CoreFile::open(path);
  if (!opened) return opened.error();
  auto core = std::make_unique<CoreFile>(std::move(*opened));
  Result<std::unique_ptr<CoreMappings>> mappings = CoreMappings::find(*core, access.places);
  if (!mappings) return mappings.error();
  CoreMemory memory(*core, **mappings);
  const auto regions = (*mappings)->regions();
  Result<Runtime> runtime = find_runtime(**mappings, memory, *regions, Effort::kScan);
  Error problem;
  if (runtime) {
    Result<RuntimeThreads> found = read_threads(*runtime, memory);
    if (found) {
      std::unique_ptr<CoreTarget> target(
          new CoreTarget(std::move(core), std::move(*mappings), std::move(*runtime), access));
      target->found_ = std::move(*found);
      target->describe_process();
      return target;
    }
    problem = {ErrorCode::kNotReady, "its interpreter had not started yet, or had ended"};
  } else {
    problem = runtime.error();
  }
  // What is not there may be why.
  if (core->missing_bytes() > 0) problem.message += "; the core file is cut off";
  for (const std::string& file : told((*mappings)->missing())) problem.message += "; " + file;
  return problem;
}

CoreTarget::CoreTarget(std::unique_ptr<CoreFile> core, std::unique_ptr<CoreMappings> mappings,
                       Runtime runtime, const CoreAccess& access)
    : core_(std::move(core)),
      mappings_(std::move(mappings)),
      memory_(*core_, *mappings_),
      runtime_(std::move(runtime)),
      access_(access),
      objects_(memory_, runtime_.layout),
      code_(objects_, runtime_.layout),
      exceptions_(objects_) {
  if (access_.native_files == nullptr) return;
  native_ = std::make_unique<NativeSampling>(*mappings_, runtime_, memory_, *access_.native_files);
}

void CoreTarget::describe_process() {
  for (const InterpreterAddress& address : found_.interpreters) add_interpreter(address);
  ProcessInfo& info = process_.info;
  info.pid = core_->pid();
  info.parent_pid = core_->parent_pid();
  info.executable = mappings_->executable();
  info.command = read_core_arguments(*core_);
  if (info.command.empty()) info.command = words_of(core_->command());
  process_.is_python = true;
  process_.layout = runtime_.layout;
  if (interpreters_.empty()) return;
  const Address main = interpreters_.back().address.interp;
  process_.python = read_interpreter_info(objects_, main);
  process_.worker_name = read_worker_name(objects_, main);
}

void CoreTarget::add_interpreter(const InterpreterAddress& address) {
  Interpreter& interpreter = interpreters_.emplace_back();
  interpreter.address = address;
  interpreter.names = std::make_unique<ThreadNames>(objects_);
  for (int i = 0; i < kMostNameReads && interpreter.names->refresh(address.interp); ++i) {
  }
  int32_t collecting = 0;
  interpreter.collecting = address.collecting != 0 &&
                           memory_.read_value(address.collecting, collecting) && collecting != 0;
  const Layout& layout = runtime_.layout;
  std::vector<uint8_t> gil(layout.gil_read_size());
  if (address.gil != 0 && memory_.read(address.gil, gil.data(), gil.size())) {
    interpreter.gil = gil_holder(layout, gil.data());
  }
  if (layout.interp_code_generation == Layout::kAbsent) return;
  memory_.read_value(address.interp + static_cast<Address>(layout.interp_code_generation),
                     interpreter.code_generation);
}

// The thread that runs, or ran, with this state. A thread is known to Python by pthread_self(),
// which is what its thread pointer holds, in whichever namespace its number is told.
const CoreThread* CoreTarget::thread_of(const ThreadAddress& address) {
  const Layout& layout = runtime_.layout;
  uint64_t python_id = 0;
  memory_.read_value(address.tstate + static_cast<Address>(layout.tstate_thread_id), python_id);
  const auto& threads = core_->threads();
  const auto found = std::find_if(threads.begin(), threads.end(), [&](const CoreThread& thread) {
    return thread.thread_pointer != 0 && thread.thread_pointer == python_id;
  });
  return found == threads.end() ? nullptr : &*found;
}

bool CoreTarget::read_python(StackReader& reader, const Interpreter& interpreter) {
  reader.set_code_generation(interpreter.code_generation);
  for (int attempt = 0; attempt < kMostReads; ++attempt) {
    plan_.clear();
    reader.add_to(plan_);
    if (!memory_.read(plan_)) {
      reader.forget();
      continue;
    }
    if (reader.evaluate(memory_, plan_, true) == StackReader::Outcome::kAccepted) return true;
  }
  return false;
}

// Both stacks of a thread, or the native one alone. False where the memory of its stack is missing.
bool CoreTarget::read_both(StackReader* reader, const Interpreter* interpreter,
                           const CoreThread& thread, NativeStack& native, uint64_t now_nanos) {
  native.forget();
  if (!thread.registers) return false;
  const machine::Registers registers = machine::from_ptrace(*thread.registers);
  plan_.clear();
  KeptStack kept;
  if (!native_->add_stack_to(plan_, registers, thread.thread_pointer, now_nanos, kept) ||
      !memory_.read(plan_)) {
    return false;
  }
  native_->keep_stack(plan_, kept);
  const bool accepted = reader != nullptr && read_python(*reader, *interpreter);
  native_->unwind_kept(kept, registers, reader, native, now_nanos);
  return reader == nullptr || accepted;
}

void CoreTarget::record_thread(Recorder& recorder, const ThreadAddress& address,
                               uint64_t now_nanos) {
  const auto interpreter =
      std::find_if(interpreters_.begin(), interpreters_.end(),
                   [&](const Interpreter& one) { return one.address.interp == address.interp; });
  if (interpreter == interpreters_.end()) return;
  const CoreThread* thread = thread_of(address);
  StackReader reader(runtime_.layout, address.tstate);
  NativeStack native;
  const bool reads_both = native_ != nullptr && thread != nullptr;
  bool accepted = reads_both && read_both(&reader, &*interpreter, *thread, native, now_nanos);
  if (!accepted) accepted = read_python(reader, *interpreter);
  const std::span<const RawFrame> frames = reader.frames();
  // Made by Python, and not run yet; or gone, while its state is still there.
  if (thread == nullptr && frames.empty()) return;

  ThreadTrack& track = tracks_.emplace_back();
  if (thread != nullptr) track.tid = thread->tid;
  track.namespace_tid = static_cast<uint64_t>(track.tid);
  memory_.read_value(address.tstate + static_cast<Address>(runtime_.layout.tstate_thread_id),
                     track.python_id);
  if (const std::string* name = interpreter->names->name(track.python_id)) {
    track.python_name = *name;
  }
  if (track.tid == core_->pid()) track.os_name = core_->name();
  track.main = address.main;
  track.interpreter_id = interpreter->address.id;

  ThreadSample sample;
  if (thread != nullptr) sample.status = thread->status();
  // A thread runs in the interpreter that it entered last: the newest, which comes first.
  if (thread != nullptr && !seen_.insert(thread).second) sample.status = {.known = true};
  code_.resolve(frames, {}, {now_nanos, interpreter->code_generation}, resolved_);
  sample.frames = frames;
  sample.code = resolved_;
  sample.flags = gil_flags(interpreter->address, interpreter->gil, interpreter->collecting,
                           address.tstate, sample.status);
  if (accepted) sample.flags |= fields::kStateStackKnown | exceptions_.of(reader);
  if (!accepted && !frames.empty()) {
    sample.flags |= fields::kStateStackKnown | fields::kStateTruncated;
  }
  if (reader.truncated()) sample.flags |= fields::kStateTruncated;
  if (reads_both) {
    sample.flags |= native.state_flags;
    sample.native = &native;
  }
  recorder.observe(process_, track, sample);
  if (!access_.variables || !accepted) return;
  recorder.add_variables(track,
                         read_stack_variables(objects_, reader, resolved_, *access_.variables));
}

// A thread without Python state, recorded for its native stack.
void CoreTarget::record_other_thread(Recorder& recorder, const CoreThread& thread,
                                     uint64_t now_nanos) {
  NativeStack native;
  read_both(nullptr, nullptr, thread, native, now_nanos);
  ThreadTrack& track = tracks_.emplace_back();
  track.tid = thread.tid;
  track.namespace_tid = static_cast<uint64_t>(thread.tid);
  track.main = thread.tid == core_->pid();
  track.interpreter_id = -1;
  ThreadSample sample;
  sample.flags = fields::kStateStackKnown | native.state_flags;
  sample.status = thread.status();
  sample.native = &native;
  recorder.observe(process_, track, sample);
}

// What a reader of numbers and stacks should know of the file.
void CoreTarget::note_file(Recorder& recorder, uint64_t now_nanos) {
  const auto note = [&](const std::string& text) {
    recorder.add_note(fields::kNoteCoreFile, &process_, text);
  };
  if (const int signal = core_->signal(); signal != 0) {
    const int status = signal | kCoreDumped;
    recorder.add_process_exited(process_, now_nanos, &status);
    const pid_t tid = core_->threads().front().tid;
    note("the process was ended by signal " + signal_name(signal) + " in thread " +
         std::to_string(tid));
  }
  if (core_->missing_bytes() > 0) {
    note("the core file is cut off: " + std::to_string(core_->missing_bytes()) +
         " bytes of memory are missing");
  }
  if (core_->threads().empty()) note("the core file does not tell what its threads did");
  for (const std::string& file : told(mappings_->missing())) {
    note(recorder.privacy().path(file));
  }
}

bool CoreTarget::record(Recorder& recorder, uint64_t now_nanos) {
  recorder.begin_tick(now_nanos);
  note_file(recorder, now_nanos);
  for (const ThreadAddress& address : found_.threads) record_thread(recorder, address, now_nanos);
  if (native_ != nullptr) {
    for (const CoreThread& thread : core_->threads()) {
      if (!seen_.contains(&thread)) record_other_thread(recorder, thread, now_nanos);
    }
  }
  return !tracks_.empty();
}

}  // namespace pyspy
