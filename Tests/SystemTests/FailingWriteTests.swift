import Foundation
import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Every write of a run fails once. The run stops, and what is on the disk can be resumed.
    @Suite(.slow) struct `Writes that fail` {
        /// A library that is loaded in front of the C library. Of the calls that change files below
        /// a folder it fails the n-th, and counts all of them.
        private static let shim = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <stdarg.h>
            #include <stdatomic.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <time.h>
            #include <sys/stat.h>
            #include <sys/types.h>
            #include <sys/uio.h>
            #include <unistd.h>

            static atomic_int calls;
            static atomic_char ours[65536];

            static int below(const char *path) {
                const char *folder = getenv("SHIM_FOLDER");
                return folder && path && strncmp(path, folder, strlen(folder)) == 0;
            }
            static int known(int fd) { return fd >= 0 && fd < 65536 && atomic_load(&ours[fd]); }
            static int fails(void) {
                const char *n = getenv("SHIM_CALL");
                if (atomic_fetch_add(&calls, 1) + 1 != (n ? atoi(n) : 0)) return 0;
                errno = ENOSPC;
                return 1;
            }
            #define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

            static int opened(int fd, int is_ours) {
                if (fd >= 0 && fd < 65536) atomic_store(&ours[fd], is_ours);
                return fd;
            }
            #define OPEN(name) \\
                int name(const char *path, int flags, ...) { \\
                    va_list rest; va_start(rest, flags); \\
                    const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \\
                    va_end(rest); \\
                    const int own = below(path); \\
                    if (own && (flags & O_ACCMODE) != O_RDONLY && fails()) return -1; \\
                    return opened(NEXT(name)(path, flags, mode), own); \\
                }
            OPEN(open)
            OPEN(open64)
            int close(int fd) { if (fd >= 0 && fd < 65536) atomic_store(&ours[fd], 0); return NEXT(close)(fd); }
            ssize_t write(int fd, const void *bytes, size_t count) {
                // Half of it is there when the disk is full.
                if (known(fd) && fails()) { NEXT(write)(fd, bytes, count / 2); errno = ENOSPC; return -1; }
                return NEXT(write)(fd, bytes, count);
            }
            ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
                if (known(fd) && fails()) { NEXT(pwrite)(fd, bytes, count / 2, at); errno = ENOSPC; return -1; }
                return NEXT(pwrite)(fd, bytes, count, at);
            }
            ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
                if (known(fd) && fails()) return -1;
                return NEXT(pwrite64)(fd, bytes, count, at);
            }
            ssize_t writev(int fd, const struct iovec *parts, int count) {
                if (known(fd) && fails()) return -1;
                return NEXT(writev)(fd, parts, count);
            }
            int fsync(int fd) { return known(fd) && fails() ? -1 : NEXT(fsync)(fd); }
            int ftruncate(int fd, off_t length) {
                return known(fd) && fails() ? -1 : NEXT(ftruncate)(fd, length);
            }
            int ftruncate64(int fd, off64_t length) {
                return known(fd) && fails() ? -1 : NEXT(ftruncate64)(fd, length);
            }
            int rename(const char *from, const char *to) {
                return below(to) && fails() ? -1 : NEXT(rename)(from, to);
            }
            int mkdir(const char *path, mode_t mode) {
                return below(path) && fails() ? -1 : NEXT(mkdir)(path, mode);
            }
            // Time goes 5,000 times as fast: runs of some seconds wait for the disk.
            int clock_gettime(clockid_t clock, struct timespec *now) {
                const int status = NEXT(clock_gettime)(clock, now);
                if (clock != CLOCK_MONOTONIC || status != 0) return status;
                const long long scaled = (now->tv_sec % 1000000 * 1000000000LL + now->tv_nsec) * 5000;
                now->tv_sec = scaled / 1000000000LL;
                now->tv_nsec = scaled % 1000000000LL;
                return status;
            }
            __attribute__((destructor)) static void tell(void) {
                const char *path = getenv("SHIM_COUNT");
                FILE *file = path ? fopen(path, "w") : NULL;
                if (!file) return;
                fprintf(file, "%d", atomic_load(&calls));
                fclose(file);
            }
            """

        private struct NoCompiler: Error, CustomStringConvertible {
            let description: String
        }

        private static let compiled = Result {
            let folder = try TemporaryFolder()
            try folder.write("shim.c", shim)
            let ending = try RunningProgram(
                "/usr/bin/env",
                ["cc", "-w", "-O1", "-shared", "-fPIC", "-o", "shim.so", "shim.c", "-ldl"],
                in: folder
            ).end(within: 60)
            guard ending.exitCode == 0 else {
                throw NoCompiler(description: ending.errors)
            }
            return folder
        }

        private static let scenario = """
            seed: 3
            data: { dataset: { kind: gaussian_clusters, samples: 240 }, skew: iid }
            clients: { count: 6, per_round: 3 }
            training: { rounds: 6, correction: scaffold }
            client: { learning_rate: 0.05 }
            server: { weighting: uniform }
            checkpoint: { every: 2 }
            output: { tensorboard: true }
            """

        private static func start(_ words: [String], failing call: Int, in folder: TemporaryFolder)
            throws -> RunningProgram
        {
            try RunningProgram(
                try HyperfedProgram.path(), words, in: folder,
                environment: [
                    "LD_PRELOAD": try compiled.get().path("shim.so"),
                    "SHIM_FOLDER": folder.path("out"), "SHIM_CALL": "\(call)",
                    "SHIM_COUNT": folder.path("count"),
                    "HYPERFED_CACHE": folder.path("out/cache"),
                ])
        }

        private static func newFolder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", scenario)
            try FileManager.default.createDirectory(
                atPath: folder.path("out"), withIntermediateDirectories: false)
            return folder
        }

        /// The number after the last dash of the newest checkpoint.
        private static func newest(_ folder: TemporaryFolder) -> Int {
            folder.names(in: "out/run/checkpoints").filter { $0.hasSuffix(".checkpoint") }
                .compactMap { Int($0.dropFirst(6).dropLast(11)) }.max() ?? 0
        }

        @Test func `cost no round before the last checkpoint, and never a bit`() throws {
            let whole = try Self.newFolder()
            let run = ["run", "small.yaml", "--in-process", "--quiet", "--output"]
            let unharmed = try Self.start(run + [whole.path("out/run")], failing: 0, in: whole)
                .end(within: 60)
            try #require(unharmed.exitCode == 0, "\(unharmed.errors)")
            let expected = try RunFiles(whole, "out/run")
            let calls = try #require(Int(whole.text("count")))
            try #require(calls > 60, "\(calls)")
            var (stopped, resumedLater) = (0, 0)
            // All calls with HYPERFED_TESTS=all, every second one otherwise.
            for call in stride(from: 1, through: calls, by: isWholeRun ? 1 : 2) {
                let folder = try Self.newFolder()
                let ending = try Self.start(
                    run + [folder.path("out/run")], failing: call, in: folder
                ).end(within: 60)
                let place = "call \(call): \(ending.errors)"
                let hasBegun =
                    folder.has("out/run/run.json") && folder.has("out/run/scenario.yaml")
                if ending.exitCode == 1 {
                    stopped += 1
                    #expect(ending.errors.contains("No space left on device"), "\(place)")
                    #expect(
                        ending.errors.contains("; go on with 'hyperfed resume "), "\(place)")
                    #expect(
                        folder.text("out/run/run.json").contains("\"state\": \"stopped\""),
                        "\(place)")
                } else {
                    // Before the run began, or where it does not matter, as with the cache.
                    #expect([0, 2].contains(ending.exitCode), "\(place)")
                }
                for name in folder.names(in: "out/run") where name.hasSuffix(".csv") {
                    let text = folder.text("out/run/\(name)")
                    #expect(text.isEmpty || text.hasSuffix("\n"), "\(place) \(name)")
                }
                let newest = Self.newest(folder)
                #expect(`The program`.rounds(folder, "out/run") >= newest, "\(place)")
                let words =
                    hasBegun
                    ? ["resume", folder.path("out/run"), "--in-process"]
                    : run + [folder.path("out/run"), "--overwrite"]
                let resumed = try HyperfedProgram.run(words, in: folder)
                #expect(resumed.exitCode == 0, "\(place)\(resumed.errors)")
                if newest > 0, ending.exitCode == 1 {
                    resumedLater += 1
                    #expect(
                        resumed.errors.contains("going on after round \(newest - 1) from"),
                        "\(place)\(resumed.errors)")
                }
                let difference = try RunFiles(folder, "out/run").difference(from: expected)
                #expect(difference == nil, "\(place)")
            }
            // The calls are those that the test is about.
            #expect(stopped > 15 && resumedLater > 5, "\(stopped), \(resumedLater)")
        }
    }
}
