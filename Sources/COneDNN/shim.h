#pragma once
#include <oneapi/dnnl/dnnl.h>

// Macros with casts, which Swift cannot import.
static inline void *nn_dnnl_memory_none(void) { return DNNL_MEMORY_NONE; }
static inline void *nn_dnnl_memory_allocate(void) { return DNNL_MEMORY_ALLOCATE; }
