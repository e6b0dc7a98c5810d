#pragma once
#include <mpi.h>

// Open MPI's handles are macros with pointer casts, which Swift cannot import.
static inline MPI_Comm nn_mpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm nn_mpi_comm_null(void) { return MPI_COMM_NULL; }
