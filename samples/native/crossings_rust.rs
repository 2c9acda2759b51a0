// SPDX-License-Identifier: MIT
//
// Code in Rust between two Python functions: generics, closures, calls that are inlined, a panic that is
// caught on the way. It uses no crate, so that one build runs on every version; the interpreter that
// loads it (ctypes.PyDLL) has the functions.
//
//     rustc --edition 2021 -O -g --crate-type cdylib -o crossings_rust.so crossings_rust.rs

use std::panic;

#[repr(C)]
pub struct Object {
    _private: [u8; 0],
}

extern "C" {
    fn PyObject_CallFunctionObjArgs(callable: *mut Object, ...) -> *mut Object;
    fn Py_DecRef(object: *mut Object);
}

trait Call {
    fn call(&self);
}

struct Caller(*mut Object);

impl Call for Caller {
    #[inline(always)]
    fn call(&self) {
        unsafe {
            let result = PyObject_CallFunctionObjArgs(self.0, std::ptr::null_mut::<Object>());
            if !result.is_null() {
                Py_DecRef(result);
            }
        }
    }
}

#[inline(never)]
fn sort_and_call<C: Call + ?Sized>(caller: &C, mut numbers: Vec<u32>) -> u32 {
    let mut calls = 0;
    numbers.sort_by(|left, right| {
        calls += 1;
        if calls == 3 {
            caller.call();
            caller.call();
        }
        left.cmp(right)
    });
    numbers[0]
}

#[inline(never)]
fn descend(depth: u32, caller: &dyn Call) -> u32 {
    if depth == 0 {
        let least = sort_and_call(caller, vec![5, 3, 4, 1, 2]);
        // As a panic does, but without a message on standard error.
        panic::resume_unwind(Box::new(least));
    }
    descend(depth - 1, caller) + depth
}

#[no_mangle]
pub extern "C" fn cross_rust(callable: *mut Object, depth: u32) -> u32 {
    let caller = Caller(callable);
    let caught = panic::catch_unwind(panic::AssertUnwindSafe(|| descend(depth, &caller)));
    caught.unwrap_or_else(|payload| *payload.downcast_ref::<u32>().unwrap_or(&0))
}
