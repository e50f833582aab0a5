"""Every setting of the server: one frozen tree, checked where it is made."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from engines.hairfast.live.settings import LiveSettings
from realtime.errors import SettingsError
from realtime.settings import PipelineSettings
from realtime.video_file.video_limits import VideoLimits
from server.uploads.picture_limits import PictureLimits
from server.vault_settings import VaultSettings

EngineName = Literal["auto", "strands", "hairfast"]
CodecName = Literal["h264", "vp8"]


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{name} is {value}; it must be from {low} to {high}.")


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where the page and the signalling are served."""

    host: str = "127.0.0.1"
    """Address to bind; 0.0.0.0 serves the whole network."""
    port: int = 8080
    """TCP port; 0 takes a free one."""
    certfile: Path | None = None
    """TLS certificate chain, PEM. Cameras outside localhost need HTTPS."""
    keyfile: Path | None = None
    """The certificate's private key, PEM."""
    allowed_origins: tuple[str, ...] = ()
    """Origins besides the server's own whose pages may open sessions, e.g. https://shop.example."""
    contact: str | None = None
    """Whom people may ask about their data, shown on /retention."""

    def __post_init__(self) -> None:
        _check("--port", self.port, 0, 65535)
        if (self.certfile is None) != (self.keyfile is None):
            raise SettingsError("--certfile and --keyfile go together: give both or neither.")
        for name, path in (("--certfile", self.certfile), ("--keyfile", self.keyfile)):
            if path is not None and not path.is_file():
                raise SettingsError(f"{name}: there is no file {path}.")
        for origin in self.allowed_origins:
            if not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
                raise SettingsError(f"--allowed-origins: {origin!r} is not like https://shop.example.")

    @property
    def loopback(self) -> bool:
        """True when only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server."""

    url: str
    """stun:host:port, turn:host:port?transport=udp, or turns:host:port?transport=tcp."""
    username: str | None = None
    """TURN user name."""
    credential: str | None = None
    """TURN password."""

    def __post_init__(self) -> None:
        if not self.url.startswith(("stun:", "stuns:", "turn:", "turns:")):
            raise SettingsError(f"--ice-servers: {self.url!r} must begin with stun:, turn: or turns:.")


@dataclass(frozen=True, slots=True)
class IceSettings:
    """How media finds its way between browser and server."""

    servers: tuple[IceServer, ...] = ()
    """STUN and TURN servers; none is contacted unless given. The first of each kind is used."""
    udp_ports: tuple[int, int] | None = None
    """First and last UDP port for media; ``None`` lets the system choose."""
    public_address: str | None = None
    """The address the outside world reaches this server by (NAT 1:1), put into answers."""
    private_candidates: bool = True
    """Whether clients may name private addresses (RFC 1918, unique local); a public server should not."""

    def __post_init__(self) -> None:
        for kind in ("stun", "turn"):
            if sum(server.url.startswith(kind) for server in self.servers) > 1:
                raise SettingsError(f"--ice-servers: only one {kind.upper()} server can be used.")
        if self.udp_ports is not None:
            first, last = self.udp_ports
            if not 1024 <= first <= last <= 65535:
                raise SettingsError("--udp-ports must be A-B with 1024 <= A <= B <= 65535.")
        if self.public_address is not None:
            try:
                ipaddress.ip_address(self.public_address)
            except ValueError:
                raise SettingsError(f"--public-address: {self.public_address!r} is no IP address.") from None


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """What one client, and all of them together, may take."""

    max_sessions: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    """Sessions at once; the next one gets 503."""
    connect_timeout: float = 12.0
    """A session that has not connected after so long ends, seconds."""
    heartbeat_timeout: float = 4.0
    """A client unheard of for so long is gone, seconds."""
    idle_timeout: float = 60.0
    """A connected session without one video frame for so long ends, seconds."""
    max_duration: float = 4 * 3600.0
    """Longest session, seconds."""
    offer_bytes: int = 65536
    """Longest SDP."""
    sdp_sections: int = 4
    """Most media sections in an offer."""
    candidates: int = 50
    """Most ICE candidates of one client, offered and trickled together."""
    control_bytes: int = 4096
    """Longest control message."""
    control_rate: float = 40.0
    """Control messages a second, in bursts of as many."""
    offer_rate: float = 2.0
    """Offers a second from one address, in bursts of ``offer_burst``."""
    offer_burst: int = 40
    """Offers at once from one address."""
    upload_rate: float = 0.5
    """Uploads a second from one address, in bursts of ``upload_burst``."""
    upload_burst: int = 30
    """Uploads at once from one address."""
    upload_bytes: int = 512 << 20
    """Bytes of uploads that are being read at once, from all addresses."""

    def __post_init__(self) -> None:
        _check("--max-sessions", self.max_sessions, 1, 1000)
        for name in ("connect_timeout", "heartbeat_timeout", "idle_timeout", "max_duration"):
            _check(name, getattr(self, name), 0.1, 7 * 24 * 3600.0)
        _check("offer_bytes", self.offer_bytes, 1024, 1 << 20)
        _check("upload_bytes", self.upload_bytes, 1 << 20, 1 << 40)
        _check("sdp_sections", self.sdp_sections, 1, 16)
        _check("candidates", self.candidates, 1, 1000)
        _check("control_bytes", self.control_bytes, 256, 65536)
        for name in ("control_rate", "offer_rate", "offer_burst", "upload_rate", "upload_burst"):
            _check(name, getattr(self, name), 0.01, 10000)


@dataclass(frozen=True, slots=True)
class BitrateSettings:
    """Video bitrates each way, kbit/s."""

    minimum: int = 500
    """Never asked to go below this."""
    start: int = 2800
    """Before anything is known of the path."""
    maximum: int = 2800
    """Never above this: more is hardly seen, and costs both ends' processors time for every bit."""

    def __post_init__(self) -> None:
        if not 50 <= self.minimum <= self.start <= self.maximum <= 100_000:
            raise SettingsError(
                "--bitrate must be min:start:max in kbit/s, 50 <= min <= start <= max <= 100000."
            )


@dataclass(frozen=True, slots=True)
class CodecSettings:
    """How the video that goes back is encoded."""

    prefer: CodecName = "h264"
    """Taken where the browser offers it; the other stays as a fallback."""
    x264_preset: str = "ultrafast"
    """x264's speed preset."""
    vp8_speed: int = 8
    """libvpx ``cpu-used`` for realtime, 0 (slow) to 16 (fast)."""
    rebuild_step: float = 0.30
    """VP8's encoder is built anew only for bitrate changes beyond this share."""
    rebuild_interval: float = 3.0
    """And at most once in so many seconds."""

    def __post_init__(self) -> None:
        if self.prefer not in get_args(CodecName):
            raise SettingsError(f"--codec must be one of {', '.join(get_args(CodecName))}.")
        _check("vp8_speed", self.vp8_speed, 0, 16)
        _check("rebuild_step", self.rebuild_step, 0.0, 10.0)
        _check("rebuild_interval", self.rebuild_interval, 0.0, 60.0)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole server."""

    http: HttpSettings = field(default_factory=HttpSettings)
    ice: IceSettings = field(default_factory=IceSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    bitrate: BitrateSettings = field(default_factory=BitrateSettings)
    codec: CodecSettings = field(default_factory=CodecSettings)
    pipeline: PipelineSettings = field(default_factory=PipelineSettings)
    pictures: PictureLimits = field(default_factory=PictureLimits)
    """What an uploaded picture may be."""
    videos: VideoLimits = field(default_factory=VideoLimits)
    """What an uploaded video may be."""
    vault: VaultSettings = field(default_factory=VaultSettings)
    """How much is kept for visitors, and how long."""
    engine: EngineName = "auto"
    """What draws hair."""
    weights: Path | None = None
    """Directory of the hairfast engine's weights."""
    references: Path | None = None
    """Directory of photos; each is a style of the hairfast engine."""
    hairfast: LiveSettings = field(default_factory=LiveSettings)
    """When the hairfast engine's networks run, and how their hair is shown."""

    def __post_init__(self) -> None:
        if self.engine not in get_args(EngineName):
            raise SettingsError(f"--engine must be one of {', '.join(get_args(EngineName))}.")
        for name, folder in (("--weights", self.weights), ("--references", self.references)):
            if folder is not None and not folder.is_dir():
                raise SettingsError(f"{name}: there is no directory {folder}.")
        if self.references is not None and self.engine == "strands":
            raise SettingsError("--references are for the engine hairfast: leave --engine strands out.")
