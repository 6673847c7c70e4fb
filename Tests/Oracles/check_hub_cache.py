"""Shares one cache of the hub between SpinScope and Python, in both directions, without the hub.

    python check_hub_cache.py .build/release/spinscope

A server on this machine plays the hub and has one tiny model. SpinScope fetches it, and `huggingface_hub` must find the
files in the cache without asking anybody; then the other way round. Exit code: 0 if both do. Needs: huggingface_hub.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MODEL = Path(__file__).parent.parent / "Fixtures" / "models" / "tiny-bert"
NAMES = ["config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt"]
COMMIT = "c" * 40


class Hub(BaseHTTPRequestHandler):
    """What the hub answers for `org/tiny`: a list of files, and each with commit, sum and size."""

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        self.answer(with_body=True)

    def answer(self, with_body):
        if self.path.startswith("/api/models/org/tiny"):
            files = [{"rfilename": name} for name in NAMES]
            body = json.dumps({"id": "org/tiny", "sha": COMMIT, "siblings": files}).encode()
            return self.reply({"Content-Type": "application/json"}, body, with_body)
        name = self.path.rsplit("/", 1)[-1]
        if name not in NAMES:
            return self.send_error(404)
        body = (MODEL / name).read_bytes()
        git = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{git}"'}
        if name.endswith(".safetensors"):
            headers |= {"X-Linked-Etag": f'"{hashlib.sha256(body).hexdigest()}"', "X-Linked-Size": str(len(body))}
        self.reply(headers, body, with_body)

    def reply(self, headers, body, with_body):
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def python(code, environment):
    """Runs a line of Python in a process of its own, because the library reads its settings once."""
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{code}\n{run.stderr}")
    return run.stdout.strip()


def main():
    program = os.path.abspath(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    online = {"HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}
    download = (
        "import os; from huggingface_hub import hf_hub_download as d; "
        f"print({{os.path.dirname(d('org/tiny', name)) for name in {NAMES}}}.pop())"
    )
    for first in ("spinscope", "python"):
        with tempfile.TemporaryDirectory() as home:
            ours = os.environ | {"HF_HOME": home}

            def ours_fetches(extra):
                command = [program, "fetch", "org/tiny"]
                run = subprocess.run(command, env=ours | extra, check=True, capture_output=True, text=True)
                return run.stdout.strip()

            def python_fetches(extra):
                return python(download, ours | extra)

            steps = [ours_fetches, python_fetches]
            if first == "python":
                steps.reverse()
            there = steps[0](online)
            # The second may not ask: what it finds is what the first wrote.
            found = steps[1]({"HF_HUB_OFFLINE": "1"})
            for name in NAMES:
                assert (Path(found) / name).read_bytes() == (MODEL / name).read_bytes(), name
            assert os.path.realpath(found) == os.path.realpath(there), (found, there)
            print(f"{first} wrote the cache, the other found {len(NAMES)} files in it")


if __name__ == "__main__":
    main()
