"""The app where there is no network but this machine's own: run by ``unshare --net``, prints what was painted.

unshare --net --map-root-user python -m tests.offline FOLDER
"""

import fcntl
import socket
import struct
import sys
from pathlib import Path

from tools.browser import Server, chromium

GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1  # of Linux' network interfaces


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = b"lo".ljust(16, b"\0")
        (flags,) = struct.unpack("16xH", fcntl.ioctl(any_socket, GET_FLAGS, name + bytes(2)))
        fcntl.ioctl(any_socket, SET_FLAGS, name + struct.pack("H", flags | UP))


def main(folder: Path) -> None:
    loopback_up()
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=5)
    except OSError as error:
        print("cut:", error)
    with Server(folder / "output.txt") as server, chromium() as browser:
        page = browser.new_page()
        for path in ("race", "regression", "lessons?lesson=downhill"):
            page.goto(f"{server.url}/{path}")
            page.wait_for_selector("[data-testid=player][data-revision]", timeout=120_000)
            print("painted:", path)
        page.goto(f"{server.url}/catalogue?o=adam")
        page.get_by_text("Kingma").first.wait_for()
        print("painted: catalogue")
        print("traceback:", "Traceback" in server.output())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
