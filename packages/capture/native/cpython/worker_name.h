// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cpython/objects.h"

namespace pyspy {

// The name that multiprocessing gave this process, "ForkPoolWorker-3". Empty where it is no worker:
// the main process, or one that has not imported multiprocessing. A forked worker has its parent's
// name until a moment after its birth, as the name is set by Python.
std::string read_worker_name(ObjectReader& objects, Address interp);

}  // namespace pyspy
