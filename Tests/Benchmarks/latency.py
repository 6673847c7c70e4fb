"""Times the explorer on a pseudo-terminal: first paint, keys, and typing to a new prediction.

    python3 Tests/Benchmarks/latency.py .build/release/spinscope RUN.spin

A key is timed from its write to the first byte that comes back, and to the last byte before the
terminal has been quiet for 30 ms. Typing is timed from a word's last letter to the prediction of
that text on the screen. Also printed: bytes a cursor move writes, bytes in five idle seconds, and
the processor time that they take. Needs Python's standard library only.
"""

import fcntl
import os
import pty
import select
import statistics
import struct
import sys
import termios
import time


def main():
    program, run = sys.argv[1:3]
    paints = [first_paint(program, run) for _ in range(7)]
    print(f"first paint        {spread(paints)} ms")
    terminal = Terminal(program, run)
    terminal.settle(0.5)
    moves = [terminal.key(b"j" if i % 2 else b"k") for i in range(60)]
    print(f"cursor move        {spread([m[0] for m in moves])} ms, {median([m[1] for m in moves]):.0f} bytes")
    etas = [terminal.key(b"(" if i % 8 < 4 else b")") for i in range(60)]
    print(f"η step             {spread([m[0] for m in etas])} ms, {median([m[1] for m in etas]):.0f} bytes")
    screens = [terminal.key(b"1234567"[i % 7 : i % 7 + 1]) for i in range(40)]
    print(f"screen change      {spread([m[0] for m in screens])} ms, {median([m[1] for m in screens]):.0f} bytes")
    terminal.key(b"i")
    terminal.key(b"\x15")
    typed = [terminal.typed(word) for word in "the plot is thin but the acting is superb and the end moved us".split()]
    print(f"typed to predicted {spread(typed)} ms")
    print(f"idle, 5 s          {terminal.idle(5):.0f} bytes, {terminal.busy:.0f} ms of processor")
    terminal.end()


def spread(values):
    values = sorted(values)
    p95 = values[min(len(values) - 1, int(len(values) * 0.95))]
    return f"{median(values):6.1f} median, {p95:6.1f} p95"


median = statistics.median


def first_paint(program, run):
    terminal = Terminal(program, run)
    start = terminal.started
    while b"Probe accuracy" not in terminal.output:
        terminal.read(1)
    elapsed = (time.perf_counter() - start) * 1000
    terminal.end()
    return elapsed


class Terminal:
    def __init__(self, program, run):
        self.output = b""
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLUMNS="", LINES="")
            os.execv(program, [program, run])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return 0
        data = os.read(self.fd, 65536)
        self.output += data
        return len(data)

    def settle(self, quiet):
        while self.read(quiet):
            pass

    def key(self, keys):
        """Milliseconds to the first byte, and bytes in all."""
        start = time.perf_counter()
        os.write(self.fd, keys)
        total = self.read(1)
        first = (time.perf_counter() - start) * 1000
        while more := self.read(0.03):
            total += more
        return first, total

    def typed(self, word):
        """Milliseconds from the last letter to the last change of the screen, the answer's."""
        for letter in word[:-1].encode():
            self.key(bytes([letter]))
        self.settle(0.1)
        start = time.perf_counter()
        os.write(self.fd, word[-1:].encode())
        last = start
        while self.read(0.15):
            last = time.perf_counter()
        self.key(b" ")
        self.settle(0.1)
        return (last - start) * 1000

    def idle(self, seconds):
        before = self.ticks()
        end = time.perf_counter() + seconds
        total = 0
        while (left := end - time.perf_counter()) > 0:
            total += self.read(left)
        self.busy = (self.ticks() - before) * 1000 / os.sysconf("SC_CLK_TCK")
        return total

    def ticks(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def end(self):
        os.write(self.fd, b"\x03")
        while True:
            try:
                if not self.read(1):
                    break
            except OSError:
                break
        os.waitpid(self.pid, 0)
        os.close(self.fd)


if __name__ == "__main__":
    main()
