"""The ITS-90 reference functions of type T and type K wire and their inverses, as straight-line arithmetic.

Each function is one fixed sequence of float64 additions, subtractions and multiplications (and one division a
Newton iteration), the same for a float and for a numpy array. IEEE 754 rounds each of these operations
exactly, so live and batch derivation agree in every bit. Temperatures in °C, thermoelectric voltages in mV
against 0 °C.

Source of every coefficient: NIST Standard Reference Database 60 (Monograph 175), -200 to 400 °C for type T
and -200 to 500 °C for type K. *Warm* functions hold from 0 °C up, *cold* ones down from 0 °C.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Number = TypeVar("Number", float, "NDArray[np.float64]")


def t_emf_warm(t: Number) -> Number:
    """Type T, 0 to 400 °C: mV of °C."""
    e = t * -2.75129016730e-20 + 4.54791352900e-17
    e = e * t + -3.08157587720e-14
    e = e * t + 1.09968809280e-11
    e = e * t + -2.18822568460e-09
    e = e * t + 2.06182434040e-07
    e = e * t + 3.32922278800e-05
    e = e * t + 3.87481063640e-02
    return e * t


def _t_slope_warm(t: Number) -> Number:
    s = t * (8.0 * -2.75129016730e-20) + 7.0 * 4.54791352900e-17
    s = s * t + 6.0 * -3.08157587720e-14
    s = s * t + 5.0 * 1.09968809280e-11
    s = s * t + 4.0 * -2.18822568460e-09
    s = s * t + 3.0 * 2.06182434040e-07
    s = s * t + 2.0 * 3.32922278800e-05
    return s * t + 3.87481063640e-02


def t_degc_warm(e: Number) -> Number:
    """Type T, 0 to 20.872 mV: °C of mV, the published inverse and two Newton iterations."""
    t = e * -7.293422e-07 + 6.048144e-05
    t = t * e + -2.165394e-03
    t = t * e + 4.637791e-02
    t = t * e + -7.602961e-01
    t = (t * e + 2.592800e01) * e
    t = t - (t_emf_warm(t) - e) / _t_slope_warm(t)
    return t - (t_emf_warm(t) - e) / _t_slope_warm(t)


def t_emf_cold(t: Number) -> Number:
    """Type T, -270 to 0 °C: mV of °C."""
    e = t * 7.97951539270e-31 + 1.39450270620e-27
    e = e * t + 1.07955392700e-24
    e = e * t + 4.87686622860e-22
    e = e * t + 1.42515947790e-19
    e = e * t + 2.82135219250e-17
    e = e * t + 3.84939398830e-15
    e = e * t + 3.60711542050e-13
    e = e * t + 2.26511565930e-11
    e = e * t + 9.01380195590e-10
    e = e * t + 2.00329735540e-08
    e = e * t + 1.18443231050e-07
    e = e * t + 4.41944343470e-05
    e = e * t + 3.87481063640e-02
    return e * t


def _t_slope_cold(t: Number) -> Number:
    s = t * (14.0 * 7.97951539270e-31) + 13.0 * 1.39450270620e-27
    s = s * t + 12.0 * 1.07955392700e-24
    s = s * t + 11.0 * 4.87686622860e-22
    s = s * t + 10.0 * 1.42515947790e-19
    s = s * t + 9.0 * 2.82135219250e-17
    s = s * t + 8.0 * 3.84939398830e-15
    s = s * t + 7.0 * 3.60711542050e-13
    s = s * t + 6.0 * 2.26511565930e-11
    s = s * t + 5.0 * 9.01380195590e-10
    s = s * t + 4.0 * 2.00329735540e-08
    s = s * t + 3.0 * 1.18443231050e-07
    s = s * t + 2.0 * 4.41944343470e-05
    return s * t + 3.87481063640e-02


def t_degc_cold(e: Number) -> Number:
    """Type T, -5.603 to 0 mV: °C of mV, the published inverse and two Newton iterations."""
    t = e * 1.2668171e-03 + 2.0241446e-02
    t = t * e + 1.3304473e-01
    t = t * e + 4.2527777e-01
    t = t * e + 7.9018692e-01
    t = t * e + -2.1316967e-01
    t = (t * e + 2.5949192e01) * e
    t = t - (t_emf_cold(t) - e) / _t_slope_cold(t)
    return t - (t_emf_cold(t) - e) / _t_slope_cold(t)


def _k_bump(t: Number) -> Number:
    """The exponential of type K, a0 exp(a1 (t - a2)²), in mV, 0 to 500 °C.

    The exponential is a Taylor series of order 10 at a sixty-fourth of its argument (at most 0.26), squared
    six times: relative error below 1e-12. A library's `exp` would differ in the last bit between scalar and
    array.
    """
    d = t - 1.26968600000e02
    x = d * d * (-1.18343200000e-04 / 64.0)
    y = x * (1.0 / 3628800.0) + 1.0 / 362880.0
    y = y * x + 1.0 / 40320.0
    y = y * x + 1.0 / 5040.0
    y = y * x + 1.0 / 720.0
    y = y * x + 1.0 / 120.0
    y = y * x + 1.0 / 24.0
    y = y * x + 1.0 / 6.0
    y = y * x + 0.5
    y = y * x + 1.0
    y = y * x + 1.0
    y = y * y
    y = y * y
    y = y * y
    y = y * y
    y = y * y
    return y * y * 1.18597600000e-01


def _k_polynomial(t: Number) -> Number:
    e = t * -1.21047212750e-26 + 9.71511471520e-23
    e = e * t + -3.20207200030e-19
    e = e * t + 5.60750590590e-16
    e = e * t + -5.60728448890e-13
    e = e * t + 3.18409457190e-10
    e = e * t + -9.94575928740e-08
    e = e * t + 1.85587700320e-05
    e = e * t + 3.89212049750e-02
    return e * t + -1.76004136860e-02


def k_emf_warm(t: Number) -> Number:
    """Type K, 0 to 500 °C (the polynomial and exponential of 0 to 1372 °C): mV of °C."""
    return _k_polynomial(t) + _k_bump(t)


def _k_step_warm(t: Number, e: Number) -> Number:
    bump = _k_bump(t)
    s = t * (9.0 * -1.21047212750e-26) + 8.0 * 9.71511471520e-23
    s = s * t + 7.0 * -3.20207200030e-19
    s = s * t + 6.0 * 5.60750590590e-16
    s = s * t + 5.0 * -5.60728448890e-13
    s = s * t + 4.0 * 3.18409457190e-10
    s = s * t + 3.0 * -9.94575928740e-08
    s = s * t + 2.0 * 1.85587700320e-05
    s = s * t + 3.89212049750e-02
    s = s + bump * ((t - 1.26968600000e02) * (2.0 * -1.18343200000e-04))
    return t - (_k_polynomial(t) + bump - e) / s


def k_degc_warm(e: Number) -> Number:
    """Type K, 0 to 20.644 mV: °C of mV, the published inverse and two Newton iterations."""
    t = e * -1.052755e-08 + 1.057734e-06
    t = t * e + -4.41303e-05
    t = t * e + 9.804036e-04
    t = t * e + -1.228034e-02
    t = t * e + 8.31527e-02
    t = t * e + -2.503131e-01
    t = t * e + 7.860106e-02
    t = (t * e + 2.508355e01) * e
    t = _k_step_warm(t, e)
    return _k_step_warm(t, e)


def k_emf_cold(t: Number) -> Number:
    """Type K, -270 to 0 °C: mV of °C."""
    e = t * -1.63226974860e-23 + -1.98892668780e-20
    e = e * t + -1.04516093650e-17
    e = e * t + -3.10888728940e-15
    e = e * t + -5.74103274280e-13
    e = e * t + -6.75090591730e-11
    e = e * t + -4.99048287770e-09
    e = e * t + -3.28589067840e-07
    e = e * t + 2.36223735980e-05
    e = e * t + 3.94501280250e-02
    return e * t


def _k_slope_cold(t: Number) -> Number:
    s = t * (10.0 * -1.63226974860e-23) + 9.0 * -1.98892668780e-20
    s = s * t + 8.0 * -1.04516093650e-17
    s = s * t + 7.0 * -3.10888728940e-15
    s = s * t + 6.0 * -5.74103274280e-13
    s = s * t + 5.0 * -6.75090591730e-11
    s = s * t + 4.0 * -4.99048287770e-09
    s = s * t + 3.0 * -3.28589067840e-07
    s = s * t + 2.0 * 2.36223735980e-05
    return s * t + 3.94501280250e-02


def k_degc_cold(e: Number) -> Number:
    """Type K, -5.891 to 0 mV: °C of mV, the published inverse and two Newton iterations."""
    t = e * -5.1920577e-04 + -1.0450598e-02
    t = t * e + -8.6632643e-02
    t = t * e + -3.7342377e-01
    t = t * e + -8.977354e-01
    t = t * e + -1.0833638e00
    t = t * e + -1.1662878e00
    t = (t * e + 2.5173462e01) * e
    t = t - (k_emf_cold(t) - e) / _k_slope_cold(t)
    return t - (k_emf_cold(t) - e) / _k_slope_cold(t)
