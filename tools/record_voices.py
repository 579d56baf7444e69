"""Record the ten French digits in several voices of espeak-ng: `python -m tools.record_voices`.

Needs the program espeak-ng (Debian package of the same name). Writes `assets/voices/<voice>.ogg`, Opus, ten seconds each.
"""

import io
import subprocess
import sys
import wave

import av
import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.voices import FOLDER, RATE

WORDS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
# file: espeak voice and variant, words a minute, pitch
RECIPES = {
    "f_camille": ("fr+Annie", 125, 55),
    "f_lucie": ("fr-be+Alicia", 135, 50),
    "f_jeanne": ("fr+f4", 110, 40),
    "m_paul": ("fr", 130, 45),
    "m_hugo": ("fr-be+Hugo", 140, 40),
    "m_marcel": ("fr-ch+Michael", 110, 35),
}


def speak(word: str, voice: str, speed: int, pitch: int) -> NDArray[np.float32]:
    """The word as samples at 48 kHz, louder sample 0.8, at most 0.9 s."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", word]
    spoken = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        rate = file.getframerate()
        data = np.frombuffer(file.readframes(10**8), np.int16).astype(np.float32)
    loud = np.flatnonzero(np.abs(data) > 200)
    data = data[max(0, loud[0] - 200) : loud[-1] + 400]
    times = np.arange(0, len(data) / rate, 1 / RATE)
    samples = np.interp(times, np.arange(len(data)) / rate, data)
    louder: NDArray[np.float32] = (0.8 * samples / np.abs(samples).max()).astype(np.float32)
    return louder[: int(0.9 * RATE)]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (voice, speed, pitch) in RECIPES.items():
        track = np.zeros(10 * RATE, np.float32)
        for digit, word in enumerate(WORDS):
            clip = speak(word, voice, speed, pitch)
            track[digit * RATE : digit * RATE + len(clip)] = clip
        with av.open(str(FOLDER / f"{name}.ogg"), "w") as container:
            stream = container.add_stream("libopus", rate=RATE, layout="mono")
            stream.bit_rate = 24_000
            frame = av.AudioFrame.from_ndarray((track * 32767).astype(np.int16)[None], format="s16", layout="mono")
            frame.rate = RATE
            for packet in (*stream.encode(frame), *stream.encode(None)):
                container.mux(packet)
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
