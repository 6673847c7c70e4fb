"""Exports a run's pooled features as people would with NumPy or safetensors, fits them again and
compares: python check_import.py SPINSCOPE RUN DATA…, where RUN is a fit of DATA by SPINSCOPE with
--stability 0. Every form must give the same probes and head to the byte."""

import pathlib
import subprocess
import sys
import tempfile

import numpy
from safetensors.numpy import load_file, save_file

spinscope, run, *data = sys.argv[1:]
run = pathlib.Path(run)
arrays = {
    f"{file.stem}.{pooling}": array
    for file in (run / "features").glob("*.safetensors")
    for pooling, array in load_file(file).items()
}
wide = {name: array.astype("<f8") for name, array in arrays.items()}


def npy_folder(path):
    path.mkdir()
    for name, array in arrays.items():
        numpy.save(path / f"{name}.npy", array)


forms = {
    "npz": lambda path: numpy.savez(path, **arrays),
    "deflated.npz": lambda path: numpy.savez_compressed(path, **arrays),
    "f64.npz": lambda path: numpy.savez(path, **wide),
    "safetensors": lambda path: save_file(arrays, path),
    "folder": npy_folder,
}
failed = False
with tempfile.TemporaryDirectory() as work:
    for form, write in forms.items():
        path, again = pathlib.Path(work) / f"features.{form}", pathlib.Path(work) / f"{form}.spin"
        write(path)
        subprocess.run(
            [spinscope, "fit", "--features", path, *data, "-o", again, "--stability", "0"],
            check=True, capture_output=True)
        for name in ["probes.json", "probes.safetensors", "head.json", "head.safetensors"]:
            same = (run / name).read_bytes() == (again / name).read_bytes()
            failed |= not same
            if not same:
                print(f"   {form}: {name} differs")
        print(f"   {form}: read and fitted again")

    for what, array in {
        "objects": numpy.array([["a"]], dtype=object),
        "Fortran order": numpy.asfortranarray(arrays["hidden.0.mean"]),
        "big-endian": arrays["hidden.0.mean"].astype(">f4"),
    }.items():
        path = pathlib.Path(work) / "odd.npz"
        numpy.savez(path, **(arrays | {"hidden.0.mean": array}))
        answer = subprocess.run(
            [spinscope, "fit", "--features", path, *data, "-o", pathlib.Path(work) / "odd.spin"],
            capture_output=True, text=True)
        refused = answer.returncode == 4 and "hidden.0.mean.npy" in answer.stderr
        failed |= not refused
        print(f"   {what}: {answer.stderr.strip().splitlines()[-1].replace(work, '')}")
sys.exit(failed)
