#pragma once
#include <oneapi/dnnl/dnnl.h>

// Macros with casts, which Swift cannot import.
static inline void *nn_dnnl_memory_none(void) { return DNNL_MEMORY_NONE; }

// The run-time of OpenMP, which oneDNN is built on. Declared here, since its header belongs to a
// compiler that Swift does not use.
extern void omp_set_num_threads(int count);
extern int omp_get_max_threads(void);
