"""What can go wrong between the host and a device under test.

DeviceError         resource, what was being done, what came back, what to do next
├── LinkLost        the port is gone or cannot be opened
├── ReplyTimeout    nothing came back within the deadline
├── BadFrame        something came back, but no valid frame that answers the request
└── Refused         the device understood the request and said no; reason is its code
"""

from __future__ import annotations


class DeviceError(Exception):
    """Base of every error that a device's driver raises.

    Args:
        resource: the port or URL, or the file, that was used.
        doing: what was being done, a clause such as ``reading telemetry``.
        got: what came back.
        remedy: what to do next.
    """

    def __init__(self, resource: str, doing: str, got: str, remedy: str) -> None:
        super().__init__(f"{doing} on {resource}: {got}; {remedy}")
        self.resource = resource
        self.doing = doing
        self.got = got
        self.remedy = remedy


class LinkLost(DeviceError):
    """The port is gone or cannot be opened; ``reopen`` may bring it back."""


class ReplyTimeout(DeviceError):
    """Nothing came back within the deadline."""


class BadFrame(DeviceError):
    """Bytes came back, but no valid frame that answers the request."""


class Refused(DeviceError):
    """The device said no.

    Args:
        reason: the device's reason code, see ``dut_drivers.messages.Reason``.
    """

    def __init__(self, resource: str, doing: str, got: str, remedy: str, reason: int) -> None:
        super().__init__(resource, doing, got, remedy)
        self.reason = reason
