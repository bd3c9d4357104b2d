"""What a worker has sent and nobody has received does not outlive it."""

import subprocess
import sys

SCRIPT = """
import os, socket
from processors.leaving import leave_at_once

listening = socket.create_server(("127.0.0.1", 0))
address = listening.getsockname()
worker = os.fork()
if not worker:
    sending = socket.create_connection(address)
    sending.setblocking(False)
    try:
        while True:
            sending.send(bytes(65536))
    except BlockingIOError:  # neither side takes more: the rest waits in the kernel
        leave_at_once(70)
receiving, _ = listening.accept()
status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
try:
    while receiving.recv(65536):
        pass
    end = "all arrived"
except ConnectionResetError:
    end = "dropped"
print(status, end)
"""


def test_what_was_not_received_is_dropped_when_a_worker_leaves() -> None:
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout == "70 dropped\n"
