#pragma once
#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>
#include <string.h>

// One interface to oneDNN 2.6 to 2.7 and 3.1 and newer. What both versions share is used as it is; what
// differs is behind functions that begin with nn_dnnl_: version2.h and version3.h define the same ones.

/// A memory descriptor on the heap: a copy of oneDNN 2's structure, or oneDNN 3's opaque object.
typedef struct nn_dnnl_layout nn_dnnl_layout;

#if DNNL_VERSION_MAJOR == 2 && DNNL_VERSION_MINOR >= 6
#include "version2.h"
#elif DNNL_VERSION_MAJOR == 3 && DNNL_VERSION_MINOR >= 1
#include "version3.h"
#else
#error "nntrain requires oneDNN 2.6, 2.7, or 3.1 or newer: run scripts/install-dependencies.sh --check"
#endif

// Macros with casts, which Swift cannot import.
static inline void *nn_dnnl_memory_none(void) { return DNNL_MEMORY_NONE; }

/// The name of an instruction set, or NULL where it has none here.
static inline const char *nn_dnnl_isa_name(dnnl_cpu_isa_t isa) {
#define NN_DNNL_ISA_NAME(name) if (isa == dnnl_cpu_isa_##name) return #name;
  NN_DNNL_ISAS(NN_DNNL_ISA_NAME)
#undef NN_DNNL_ISA_NAME
  return NULL;
}

/// The instruction set of a name; 0 for names that this version of oneDNN does not have.
static inline dnnl_cpu_isa_t nn_dnnl_isa_named(const char *wanted) {
#define NN_DNNL_ISA_NAMED(name) if (strcmp(wanted, #name) == 0) return dnnl_cpu_isa_##name;
  NN_DNNL_ISAS(NN_DNNL_ISA_NAMED)
#undef NN_DNNL_ISA_NAMED
  return (dnnl_cpu_isa_t)0;
}

// The run-time of OpenMP, which oneDNN is built on. Declared here, since its header belongs to a
// compiler that Swift does not use.
extern void omp_set_num_threads(int count);
extern int omp_get_max_threads(void);
