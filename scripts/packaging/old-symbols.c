// Binds functions of libm to their oldest version, so that a package built with a newer glibc runs with an
// older one. The versions of glibc 2.35 differ in how errors are reported only.
#if defined(__x86_64__)
#define OLDEST "GLIBC_2.2.5"
#else
#define OLDEST "GLIBC_2.17"
#endif

__asm__(".symver oldest_hypot, hypot@" OLDEST);
extern double oldest_hypot(double, double);
double __wrap_hypot(double x, double y) { return oldest_hypot(x, y); }

__asm__(".symver oldest_hypotf, hypotf@" OLDEST);
extern float oldest_hypotf(float, float);
float __wrap_hypotf(float x, float y) { return oldest_hypotf(x, y); }
