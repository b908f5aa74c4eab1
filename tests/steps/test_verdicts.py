from toy_office import *
import time


def test_x(office):
    t = time.time()
    office.send_all()
    print(time.time() - t)
    print(office.collect(), time.time() - t)
    t = time.time()
    for s in UNITS:
        print(office.codes(office.submissions(s)[0].id))
    print(office.judged("W0101", rows={COMPLAINTS: (1, 10, 8, 2)}), time.time() - t)
    print(dict(office.app.timings))
    t = time.time()
    print(office.app.consolidate(Q3), time.time() - t)
    print(office.publish(), time.time() - t)
    assert 0
