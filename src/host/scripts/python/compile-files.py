# Checks that every Python file that .argo/manifest names compiles. Runs no code of these files.
# Argument: the script that the service starts, if there is one; Python is stricter about its encoding.
# Stdin: names to skip, as the manifest has them. Descriptor 3: `<interpreter> <sha256>` of files that compiled before.
# Stdout: `python`, `count`, `unfinished`, `clean` (interpreter and sha256), `finding` (line, column, message, path).
# Works with Python 3.5 and later. A file may crash the compiler, so child processes compile and the parent watches.
import os
import re
import resource
import select
import signal
import sys
import time
import zlib

FILE_BYTES = 16 * 1024 * 1024
FILE_SECONDS = float(os.environ.get("FILE_SECONDS", "30"))
ALL_SECONDS = float(os.environ.get("ALL_SECONDS", "240"))
MEMORY_MB = int(os.environ.get("MEMORY_MB", "2048"))
SCRIPT = os.fsencode(sys.argv[1]) if sys.argv[1:] else b""
CODING = re.compile(rb"(?:[ \t\f]*(?:#[^\r\n]*)?\r?\n)?[ \t\f]*#[^\r\n]*coding[:=][ \t]*[-\w.]+")
MAX_WORKERS = 4
MAX_FINDINGS = 100
VERSION = "%d.%d.%d" % sys.version_info[:3]
INTERPRETER = "%08x" % (zlib.crc32(sys.version.encode()) & 0xFFFFFFFF)

def unescape(name):
    return b"\\".join(part.replace(b"\\n", b"\n").replace(b"\\r", b"\r") for part in name.split(b"\\\\"))

def files_of_manifest(left_out):
    found = []
    with open(".argo/manifest", "rb") as manifest:
        for line in manifest.read().split(b"\n"):
            escaped = line.startswith(b"\\")
            line = line[1:] if escaped else line
            digest, name = line[:64].decode("ascii", "replace"), line[66:]
            if name.endswith(b".py") and name not in left_out:
                found.append((digest, unescape(name) if escaped else name))
    return found

def place_of(source, at):
    before = source[:at]
    return before.count(b"\n") + 1, at - (before.rfind(b"\n") + 1) + 1

def not_utf8(source):
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        return place_of(source, error.start)
    return None

# Returns None if the file compiles, otherwise the line, the column and the message.
def compile_file(name):
    if os.stat(name).st_size > FILE_BYTES:
        return 1, 1, "it is larger than %d MB, too large to be checked" % (FILE_BYTES // 1048576)
    with open(name, "rb") as opened:
        source = opened.read()
    try:
        compile(source, "release", "exec", dont_inherit=True)
    except SyntaxError as error:
        message = str(error.msg)
        place = (error.lineno or 1, error.offset or 1)
        if "null bytes" in message:
            place = place_of(source, source.find(b"\0"))
        elif "codec can't decode" in message and "'utf-8'" in message:
            place = not_utf8(source) or place
        return place[0], max(1, place[1]), message
    except ValueError as error:
        null = source.find(b"\0")
        return place_of(source, null) + (str(error),) if null >= 0 else (1, 1, str(error))
    except MemoryError:
        return 1, 1, "it is nested too deep, or needs more than %d MB of memory to compile" % MEMORY_MB
    except Exception as error:
        return 1, 1, "%s: %s" % (type(error).__name__, error)
    if name == SCRIPT and CODING.match(source) is None:
        place = not_utf8(source)
        if place is not None:
            return place + ("it is not UTF-8 and has no coding line, which python refuses of the file it runs",)
    return None

def limit():
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")
    except OSError:
        pass
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB * 1048576, MEMORY_MB * 1048576))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

def plain(text):
    text = "".join(one if one.isprintable() else " " for one in text)
    return text[:300].encode("utf-8", "backslashreplace")

def work(names, out):
    limit()
    for index, name in names:
        os.write(out, b"begin %d\n" % index)
        try:
            found = compile_file(name)
        except OSError as error:
            found = (1, 1, "cannot be read: %s" % error.strerror)
        said = b"" if found is None else b"%d\t%d\t%s" % (found[0], found[1], plain(found[2]))
        os.write(out, b"end %d %s\n" % (index, said))
    os._exit(0)

# A child process that compiles its files one by one. If it dies, a new one continues with the next file.
class Worker:
    def __init__(self, names):
        self.names = names
        self.late = False
        self.start()

    def start(self):
        self.read, out = os.pipe()
        self.began, self.current, self.rest = time.time(), None, b""
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.read)
            try:
                work(self.names, out)
            finally:
                os._exit(1)
        os.close(out)

    # Reads results into `findings`. Returns False when this worker has ended.
    def hear(self, findings):
        piece = os.read(self.read, 65536)
        lines = (self.rest + piece).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            word, index, said = (line + b" ").split(b" ", 2)
            if word == b"begin":
                self.began, self.current = time.time(), int(index)
            else:
                self.names, self.current = self.names[1:], None
                findings[int(index)] = said.strip()
        return piece != b"" or self.ended(findings)

    def ended(self, findings):
        os.close(self.read)
        status = os.waitpid(self.pid, 0)[1]
        if not self.names:
            return False
        if self.current is None and not os.WIFSIGNALED(status):
            raise SystemExit("a compiling process ended with %d" % status)
        why = "it took more than %d s to compile" % FILE_SECONDS
        if not self.late:
            why = "the interpreter was ended by signal %d while it compiled this" % os.WTERMSIG(status)
        findings[self.names[0][0]] = b"1\t1\t" + plain(why)
        self.names, self.late = self.names[1:], False
        if not self.names:
            return False
        self.start()
        return True

    def watch(self):
        if self.current is not None and time.time() - self.began > FILE_SECONDS:
            self.late = True
            os.kill(self.pid, signal.SIGKILL)

def compile_all(names):
    count = min(MAX_WORKERS, os.cpu_count() or 1, len(names))
    workers = [Worker(names[at::count]) for at in range(count)]
    findings, until = {}, time.time() + ALL_SECONDS
    while workers and time.time() < until and sum(map(bool, findings.values())) < MAX_FINDINGS:
        ready = select.select([one.read for one in workers], [], [], 0.5)[0]
        heard = [one for one in workers if one.read in ready]
        gone = [one for one in heard if not one.hear(findings)]
        workers = [one for one in workers if one not in gone]
        for one in workers:
            one.watch()
    for one in workers:
        os.kill(one.pid, signal.SIGKILL)
    return findings

def main():
    left_out = set(sys.stdin.buffer.read().split(b"\n"))
    with os.fdopen(3, "r") as known:
        before = set(known.read().split("\n"))
    files = files_of_manifest(left_out)
    todo = [(at, name) for at, (digest, name) in enumerate(files) if INTERPRETER + " " + digest not in before]
    findings = compile_all(todo) if todo else {}
    out = sys.stdout.buffer
    out.write(("python\t%s\ncount\t%d\n" % (VERSION, len(files))).encode())
    out.write(b"unfinished\t%d\n" % (len(todo) - len(findings)))
    for at, said in sorted(findings.items()):
        digest, name = files[at]
        if said:
            out.write(b"finding\t" + said + b"\t" + plain(name.decode("utf-8", "replace")) + b"\n")
        else:
            out.write(("clean\t%s %s\n" % (INTERPRETER, digest)).encode())

main()
