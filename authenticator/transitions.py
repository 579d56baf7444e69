"""Every change of state of a device. Nothing else writes `state`."""

from authenticator.models import DeviceState
from identite.transitions import Arrow

ARROWS: dict[str, Arrow] = {
    "activate_device": Arrow({DeviceState.PENDING}, DeviceState.ACTIVE),
    "remove_device": Arrow({DeviceState.PENDING, DeviceState.ACTIVE, DeviceState.BLOCKED}, DeviceState.REMOVED),
}
