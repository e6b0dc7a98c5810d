#pragma once

// Linux calls that the C library shows only to GNU sources (memfd_create(2)).
extern int memfd_create(const char *name, unsigned int flags);
enum { NN_MFD_CLOEXEC = 1 };
