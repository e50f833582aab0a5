from __future__ import annotations

import os
import sys
import threading

import pytest

from realtime.patient_thread import PatientThread


def test_a_call_runs_in_its_thread_and_hands_over_what_it_returns() -> None:
    patient = PatientThread("patient", 3)
    assert patient.run(lambda: threading.current_thread().name) == "patient"
    assert patient.run(lambda: 5) == 5
    patient.close()


def test_an_error_is_the_caller_s_and_the_next_call_works() -> None:
    patient = PatientThread("patient", 3)
    with pytest.raises(ZeroDivisionError):
        patient.run(lambda: 1 // 0)
    assert patient.run(lambda: 5) == 5
    patient.close()


@pytest.mark.skipif(sys.platform != "linux", reason="niceness is a thread's own on Linux only")
def test_only_its_own_thread_gives_way() -> None:
    def nice() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    usual = nice()
    patient = PatientThread("patient", 3)
    assert patient.run(nice) == min(19, usual + 3)
    assert nice() == usual
    patient.close()


def test_it_ends_when_closed() -> None:
    patient = PatientThread("ends", 0)
    thread = patient.run(threading.current_thread)
    patient.close()
    thread.join(5.0)
    assert not thread.is_alive()
