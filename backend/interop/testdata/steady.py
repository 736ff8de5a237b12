"""Tracks points at a steady rate: steady.py REPO SECONDS METRICS STEPS_PER_SECOND."""
import sys
import time

from aim import Run

repo, seconds, metrics, rate = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
run = Run(repo=repo, system_tracking_interval=None, capture_terminal_logs=False)
run["lr"] = 0.1
print(run.hash, flush=True)
begin, step = time.time(), 0
while time.time() - begin < seconds:
    for m in range(metrics):
        run.track(step * 0.5 + m, name=f"m{m}", step=step)
    step += 1
    pause = begin + step / rate - time.time()
    if pause > 0:
        time.sleep(pause)
took = time.time() - begin
print(step, f"{step * metrics / took:.0f}", flush=True)
sys.stdin.readline()
run.close()
