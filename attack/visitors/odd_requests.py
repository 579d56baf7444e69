"""Foreign charsets, wrong hosts, too many fields: refused with the usual headers, without a traceback, one line in the log at most."""

from attack.room import Room
from attack.trial import Trial

HOSTS = 50
FORM = "application/x-www-form-urlencoded"


def attack(room: Room, trial: Trial) -> None:
    mark = room.log_mark()
    with room.client() as client:
        client.get("/connexion/")  # a cookie, so that forms are read
        fields = "&".join(f"a{number}=1" for number in range(1000))
        requests = {
            "utf-16": client.build_request(
                "POST", "/connexion/", content=b"a=1", headers={"Content-Type": f"{FORM}; charset=utf-16"}
            ),
            "no charset": client.build_request(
                "POST", "/connexion/", content=b"a=1", headers={"Content-Type": f"{FORM}; charset=x"}
            ),
            "1,000 fields": client.build_request(
                "POST", "/connexion/", content=fields.encode(), headers={"Content-Type": FORM}
            ),
        }
        requests |= {
            f"host {number}": client.build_request("GET", "/", headers={"Host": f"wrong{number}.example"})
            for number in range(HOSTS)
        }
        for name, request in requests.items():
            answer = client.send(request)
            trial.expect(400 <= answer.status_code < 500, f"{name}: {answer.status_code}")
            trial.expect("content-security-policy" in answer.headers, f"{name}: no security headers")
    log = room.log_since(mark)
    lines = len(log.splitlines())
    trial.expect("Traceback" not in log, "a traceback in the log")
    trial.expect(lines <= len(requests), f"{lines} lines in the log for {len(requests)} requests")
    trial.note(f"{lines} lines in the log")
