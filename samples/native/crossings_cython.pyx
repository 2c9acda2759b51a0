# SPDX-License-Identifier: MIT
#
# Code in Cython between two Python functions: a def, a cdef function and a method of a class.
#
#     cython -3 crossings_cython.pyx -o crossings_cython.c
#     gcc -O2 -g -shared -fPIC $(python3-config --includes) -o crossings_cython.so crossings_cython.c


cdef class Caller:
    cdef object function

    def __init__(self, function):
        self.function = function

    cpdef int call(self, int times):
        cdef int calls = 0
        while calls < times:
            self.function()
            calls += 1
        return calls


cdef int descend(Caller caller, int depth):
    if depth == 0:
        return caller.call(2)
    return descend(caller, depth - 1) + depth


def cross(function, depth):
    return descend(Caller(function), depth)
