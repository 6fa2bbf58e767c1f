#if defined(__x86_64__)
#include <stdio.h>
#include <unistd.h>

/* Nothing where the processor has it, else its name in /proc/cpuinfo. */
#define LACKING(builtin, name) (__builtin_cpu_supports(builtin) ? "" : " " name)

/* Ends a process that could only die of SIGILL, before any library begins: librte_eal's own constructors use SSE4.1.
 * Besides what Debian's DPDK is built for, this looks for what the compiler was told to use. */
__attribute__((target("arch=x86-64"))) static void check_processor(int argc, char **argv, char **environment)
{
    (void)environment;
    __builtin_cpu_init();
    const char *const lacking[] = {
        LACKING("ssse3", "ssse3"), LACKING("sse4.1", "sse4_1"), LACKING("sse4.2", "sse4_2"),
        LACKING("popcnt", "popcnt"),
#if defined(__AVX2__)
        LACKING("avx", "avx"), LACKING("avx2", "avx2"), LACKING("bmi", "bmi1"), LACKING("bmi2", "bmi2"),
        LACKING("f16c", "f16c"), LACKING("fma", "fma"), LACKING("lzcnt", "abm"), LACKING("movbe", "movbe"),
#endif
    };
    char names[128];
    size_t length = 0;
    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++)
        for (const char *c = lacking[i]; *c != '\0' && length < sizeof names - 1; c++)
            names[length++] = *c;
    names[length] = '\0';
    if (length == 0)
        return;
    dprintf(STDERR_FILENO,
            "%s: unsupported cpu type: this processor lacks%s; give a guest its host's processor "
            "('-cpu host' for QEMU, <cpu mode='host-passthrough'/> for libvirt); 'vswift doctor' tells more\n",
            argc > 0 ? argv[0] : "vswiftd", names);
    _exit(1);
}

__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(int, char **, char **) =
    check_processor;
#endif
