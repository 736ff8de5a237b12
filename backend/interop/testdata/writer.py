"""writer.py REPO SECONDS END [HASH FIRST]: a training run as the tests follow it.

Tracks half(s) = s/2 + 1 at every step s, and square(s) = s*s at every tenth, at
a few hundred points a second for SECONDS. Prints "run HASH", then "steps N",
and ends: "close" closes the run, "wait" waits to be killed. HASH resumes a run
at step FIRST.
"""
import sys
import time

from aim import Repo, Run

repo, seconds, end = sys.argv[1], float(sys.argv[2]), sys.argv[3]
first = int(sys.argv[5]) if len(sys.argv) > 5 else 0
run = Run(sys.argv[4] if len(sys.argv) > 4 else None, repo=Repo.from_path(repo, init=True), experiment='live',
          system_tracking_interval=None, log_system_params=False, capture_terminal_logs=False)
run['hparams'] = {'lr': 0.5}
print('run', run.hash, flush=True)
start = time.time()
step = first
while time.time() - start < seconds:
    run.track(step / 2 + 1, name='half', step=step, epoch=step // 100, context={'subset': 'train'})
    if step % 10 == 0:
        run.track(float(step * step), name='square', step=step)
    step += 1
    time.sleep(max(0.0, start + (step - first) / 400 - time.time()))
print('steps', step, flush=True)
if end == 'wait':
    time.sleep(600)
run.close()
print('closed', flush=True)
