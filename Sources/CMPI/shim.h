#pragma once
#include <mpi.h>

// Handles and some constants are macros with casts, which Swift cannot import.

#define NN_TEXT_OF(x) #x
#define NN_TEXT(x) NN_TEXT_OF(x)

/// The library that these headers belong to, with its version.
static inline const char *nn_mpi_built_with(void) {
#if defined(OMPI_MAJOR_VERSION)
  return "Open MPI " NN_TEXT(OMPI_MAJOR_VERSION) "." NN_TEXT(OMPI_MINOR_VERSION) "." NN_TEXT(
      OMPI_RELEASE_VERSION);
#elif defined(I_MPI_VERSION)
  return "Intel MPI " I_MPI_VERSION;
#elif defined(MPICH_VERSION)
  return "MPICH " MPICH_VERSION;
#else
  return "an unknown MPI";
#endif
}

// Communicators.
static inline MPI_Comm nn_mpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm nn_mpi_comm_null(void) { return MPI_COMM_NULL; }
static inline MPI_Info nn_mpi_info_null(void) { return MPI_INFO_NULL; }
static inline MPI_Errhandler nn_mpi_errors_return(void) { return MPI_ERRORS_RETURN; }

// Element types.
static inline MPI_Datatype nn_mpi_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype nn_mpi_double(void) { return MPI_DOUBLE; }
static inline MPI_Datatype nn_mpi_int32(void) { return MPI_INT32_T; }
static inline MPI_Datatype nn_mpi_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype nn_mpi_uint64(void) { return MPI_UINT64_T; }
static inline MPI_Datatype nn_mpi_uint8(void) { return MPI_UINT8_T; }

// Reductions.
static inline MPI_Op nn_mpi_sum(void) { return MPI_SUM; }
static inline MPI_Op nn_mpi_min(void) { return MPI_MIN; }
static inline MPI_Op nn_mpi_max(void) { return MPI_MAX; }

// Special buffers and requests.
static inline void *nn_mpi_in_place(void) { return MPI_IN_PLACE; }
static inline MPI_Request nn_mpi_request_null(void) { return MPI_REQUEST_NULL; }
