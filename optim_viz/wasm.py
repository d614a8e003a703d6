"""Kernels as WebAssembly: the machine code that Numba makes of rules, surfaces and drivers, made a second time for the browser.

``python -m optim_viz.wasm`` (``make modules``) writes one module for the drivers, one a rule, one a surface ... into
``ui/components/engine/modules``, with an index of what is in which and of what it was made from. They are committed: they
fit every processor and system, so nobody waits for one. The only file that knows LLVM's wasm target.

How, and why so (numba 0.68, llvmlite 0.50):

* A kernel's IR is what ``inspect_llvm`` gives, in a process where ``NUMBA_OPT`` is 0: nothing is folded for this machine's
  processor yet; and where ``PYTHONHASHSEED`` is 0: Numba goes through sets of names. Pointers have 8 bytes there and 4
  here; nothing in a kernel depends on it.
* ``sqrt`` becomes LLVM's own: as a call it would keep loops from SIMD.
* All but what is exported becomes internal; then Numba's own order of passes. Without ``refprune`` before any other, a
  reference is counted in every turn of a loop, which is forty times slower.
* The object that LLVM emits of one IR is a module but for its exports: with one object there is nothing to link.
* What a kernel raises comes with data, a pickled text that names the path of Numba's files. A kernel here says by what it
  returns that it failed: the data are left out first of all, so bytes do not depend on that path, and a module that has
  any other is refused.
* A module may import the names of ``IMPORTS`` and no others; ``components/engine/engine.js`` has them.
"""

import hashlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numba
from numba.core.codegen import _parse_refprune_flags

from optim_viz import OPTIMIZERS, curves, judge, kernels, lanes, pipeline
from optim_viz.regression import judge as verdicts
from optim_viz.regression import kernels as fits
from optim_viz.regression.directions import directions
from optim_viz.regression.losses import LOSSES
from optim_viz.regression.models import MODELS
from optim_viz.regression.spec import linear
from optim_viz.rules import arguments, digest
from optim_viz.schedules import SCHEDULES
from optim_viz.spec import LOWEST, SCALES, Optimizer, Surface, starting_rate
from optim_viz.stages import STAGES
from optim_viz.wasm_object import exporting, imports
from surfaces import SURFACES

FOLDER = Path(__file__).parent / "ui" / "components" / "engine" / "modules"
TARGET = "wasm32-unknown-unknown"
#: what browsers have since Chrome 91, Firefox 89, Safari 16.4
FEATURES = "+simd128,+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals"
#: libm, memory, and arrays of Numba's runtime; ``components/engine/memory.js`` and ``engine.js`` have them
LIBM = ("sin", "cos", "tan", "exp", "log", "pow", "tanh", "expm1", "log1p", "log10", "atan2", "acos", "hypot", "fmod")
IMPORTS = {
    *LIBM, "__linear_memory", "__indirect_function_table", "__stack_pointer", "__multi3", "memset", "memcpy", "memmove",
    "NRT_MemInfo_alloc_aligned", "NRT_MemInfo_call_dtor", "numba_attempt_nocopy_reshape",
}  # fmt: skip


@dataclass(frozen=True)
class Module:
    """One module: what it exports by name, each with what compiles it, and the plain functions that it is made of."""

    exports: Mapping[str, Callable[[], Any]]
    functions: tuple[Callable, ...]

    @property
    def digest(self) -> str:
        """Of all that its bytes depend on but the versions: the same on every Python."""
        return hashlib.sha256("\n".join([_recipe(), *self.exports, digest(*self.functions)]).encode()).hexdigest()[:16]


def modules() -> dict[str, Module]:
    """Every module by its name. Nothing is compiled."""
    found = {
        "drivers": _lazy(trace=pipeline.trace, finish=pipeline.finish, factors=pipeline.factors),
        "fits": _lazy(descend=fits.descend, survey=fits.survey),
        "verdicts": _lazy(quantiles=verdicts.quantiles, judge=verdicts.judge, arrival=verdicts.arrival),
        "plane": _lazy(directions=directions),
        "curves": _lazy(draw=curves.draw),
        "judge": _lazy(judge=judge.judge),
        "numbers": Module(
            {name: partial(lanes.number_kernel, function) for name, function in numbers().items()},
            tuple(numbers().values()),
        ),
    }
    for function, record in rules().items():
        exports: dict[str, Callable[[], Any]] = {"rule": partial(kernels.of, record)}
        if not record.takes_surface:
            exports["stops"] = partial(lanes.number_kernel, judge.watched(function))
        watched = [] if record.takes_surface else [judge.watched(function)]
        found[f"rule.{record.full_key}"] = Module(exports, (function, *watched))
    for surface in SURFACES.values():
        found[f"surface.{surface.key}"] = _surface(surface)
    for model in {m.forward or linear: m for m in MODELS.values()}.values():
        forward = model.forward or linear
        for loss in LOSSES.values():
            exports = {"batch": partial(fits.batch_kernel, forward, loss.function)}
            if model.is_linear:
                exports["hessian"] = partial(fits.batch_hessian_kernel, linear, loss.function)
            else:
                exports["forward"] = partial(fits.forward_kernel, forward)
            found[f"fit.{forward.__name__}.{loss.key}"] = Module(exports, (forward, loss.function))
    return found


def _lazy(**drivers: lanes.Lazy) -> Module:
    return Module(drivers, tuple(driver.plain for driver in drivers.values()))


def _surface(surface: Surface) -> Module:
    """Loss and gradient, second derivatives, and what follows from its parameters, where it is not a constant."""
    exports: dict[str, Callable[[], Any]] = {
        "surface": partial(kernels.of, surface),
        "hessian": partial(kernels.hessian_of, surface),
    }
    exports |= {name: partial(_of_numbers, function, surface) for name, function in surface.derived.items()}
    valley = [surface.valley.nearest] if surface.valley else []
    if valley:
        exports["valley"] = partial(kernels.valley_of, surface)
    return Module(exports, (surface.formula, surface.slope, surface.second, *surface.derived.values(), *valley))


def _of_numbers(function: Callable, surface: Surface) -> lanes.Kernel:
    found = function(**surface.values)
    return lanes.numbers_kernel(function, len(found)) if isinstance(found, tuple) else lanes.number_kernel(function)


def rules() -> dict[Callable, Optimizer]:
    """Every rule, with the first record that has it."""
    found: dict[Callable, Optimizer] = {}
    for optimizer in OPTIMIZERS.values():
        for record in optimizer.conventions:
            found.setdefault(record.update, record)
    return found


def numbers() -> dict[str, Callable]:
    """The limits of stability, what rules divide by, and the learning rate that a card starts with."""
    found: dict[str, Callable] = {called(starting_rate): starting_rate}
    for optimizer in OPTIMIZERS.values():
        for record in optimizer.conventions:
            for function in (record.stability.limit, record.stability.preconditioner) if record.stability else ():
                if function:
                    found[called(function)] = function
    return found


def called(function: Callable) -> str:
    """``adam.divisor``: the file's name and the function's."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


#: what makes functions into kernels, and kernels into modules
_MECHANICS: tuple[Callable, ...] = (
    lanes._calling, lanes._rows, lanes._gather, lanes._column, lanes._scatter, lanes._zero, lanes._vectors, lanes._slopes,
    lanes._put, lanes._loss_and_gradient, lanes._hessian,
    *(
        made.__wrapped__
        for made in (
            lanes.rule_kernel, lanes.vector_rule_kernel, lanes.surface_kernel, lanes.hessian_kernel, lanes.number_kernel,
            lanes.numbers_kernel, fits.batch_kernel, fits.batch_hessian_kernel, fits.forward_kernel,
        )
    ),
)  # fmt: skip


@cache
def _recipe() -> str:
    """What every module depends on besides what it is made of."""
    signatures = [str(one) for one in (lanes.RULE, lanes.SURFACE, lanes.HESSIAN, lanes.NUMBER, lanes.NUMBERS)]
    return "\n".join([digest(*_MECHANICS, compiled), lanes.OPTIONS["error_model"], *signatures])


def versions() -> dict[str, str]:
    """Those that a module's bytes depend on, too."""
    python = ".".join(map(str, sys.version_info[:2]))
    return {"python": python, "numba": numba.__version__, "llvmlite": llvmlite.__version__}


# ------------------------------------------------------------------------------------------------------- from kernels to bytes


@cache
def _machine() -> Any:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(TARGET)
    return target.create_target_machine(cpu="generic", features=FEATURES, opt=3, reloc="static")


def compiled(module: Module) -> bytes:
    """The module's bytes.

    Raises:
        RuntimeError: Numba optimises in this process, orders variables by chance, or keeps what it compiles.
        ValueError: it would import what is not among ``IMPORTS``, or has data that nothing here brings along.
    """
    if getattr(numba.config, "OPT", 3) != 0 or sys.flags.hash_randomization:
        raise RuntimeError("modules are made in a process with NUMBA_OPT=0 and PYTHONHASHSEED=0")
    if lanes.OPTIONS["cache"]:
        raise RuntimeError("what is in the disk cache has been optimised for this machine's processor")
    whole, names = None, {}
    for name, compiling in module.exports.items():
        made = compiling()
        dispatcher = made.call if isinstance(made, lanes.Kernel) else made
        (signature,) = dispatcher.signatures
        text = re.sub(r"^target (triple|datalayout) = .*$", "", dispatcher.inspect_llvm(signature), flags=re.MULTILINE)
        text = _anonymous(text)
        part = llvm.parse_assembly(re.sub(r"@sqrt\b", "@llvm.sqrt.f64", text))
        part.triple, part.data_layout = TARGET, str(_machine().target_data)
        names[name] = dispatcher.overloads[signature].fndesc.llvm_func_name
        if whole is None:
            whole = part
        else:
            whole.link_in(part)
    assert whole is not None
    _optimise(whole, set(names.values()))
    if strange := [v.name for v in whole.global_variables if not v.is_declaration]:
        raise ValueError(f"a module has data: {strange}")
    made = exporting(_machine().emit_object(whole), names)
    if unknown := sorted({name for _kind, name in imports(made)} - IMPORTS):
        raise ValueError(f"a module would import {unknown}")
    return made


def _anonymous(text: str) -> str:
    """The IR without Numba's ``.const.picklebuf...`` and the constants around it, which only what raises refers to: one
    place that is nowhere stands for all.
    """
    text = re.sub(r"^@\.const\..*$", "", text, flags=re.MULTILINE)
    return re.sub(r"@\.const\.[\w.$-]+", "@raised", text) + "\n@raised = external constant i8\n"


def _optimise(whole: Any, kept: set[str]) -> None:
    """Numba's own passes, in its order; only ``kept`` is to be called from outside."""
    for part in (*whole.functions, *whole.global_variables):
        if not part.is_declaration and part.name not in kept:
            part.linkage = "internal"
    for function in whole.functions:
        if not function.is_declaration:
            builder = _passes(3, False)
            passes = builder.getFunctionPassManager()
            passes.add_refprune_pass(_parse_refprune_flags())
            passes.run(function, builder)
    builder = _passes(1, False)
    passes = builder.getModulePassManager()
    passes.add_loop_rotate_pass()
    passes.add_instruction_combine_pass()
    passes.add_jump_threading_pass()
    passes.add_refprune_pass(_parse_refprune_flags())
    passes.run(whole, builder)
    for _ in range(2):
        builder = _passes(3, True)
        passes = builder.getModulePassManager()
        passes.add_refprune_pass(_parse_refprune_flags())
        passes.run(whole, builder)


def _passes(speed: int, slp: bool) -> Any:
    options = llvm.create_pipeline_tuning_options(speed_level=speed)
    options.loop_vectorization, options.slp_vectorization = True, slp
    return llvm.create_pass_builder(_machine(), options)


# ------------------------------------------------------------------------------------------------------------------- the index


def records() -> dict[str, Any]:
    """What the browser must know of the records to call their kernels as ``engine.py`` does."""
    names = {function: f"rule.{record.full_key}" for function, record in rules().items()}
    optimizers = {
        record.full_key: {
            "module": names[record.update],
            "states": [{"name": s.name, "size": s.size, "initial": s.initial, "velocity": s.velocity} for s in record.states],
            "hypers": list(record.hypers),
            "gradient": record.takes_gradient,
            "hessian": record.takes_hessian,
            "vector": record.takes_surface,
            "decay": record.decay,
            "start": [SCALES.index(record.start_lr[0]), record.start_lr[1]],
            "stability": _stability(record),
        }
        for optimizer in OPTIMIZERS.values()
        for record in optimizer.conventions
    }
    surfaces = {
        s.key: {
            "module": f"surface.{s.key}",
            "dim": s.dim,
            "params": {name: hyper.default for name, hyper in s.params.items()},
            "coefficients": len(s.coefficients),
            "minima": _minima(s),
            "curvature": None if "curvature" in s.derived else s.curvature,
            "lowest": s.lowest,
            "quadratic": s.quadratic,
            "valley": s.valley.value if s.valley else None,
            "width": s.width,
            "start": s.start,
        }
        for s in SURFACES.values()
    }
    stages = [
        {"key": s.key, "at": pipeline.AT[s.key], "words": list(s.formulas), "hypers": list(s.hypers)}
        | ({"choice": s.choice.name} if s.choice else {})
        for s in STAGES.values()
        if s.formulas
    ]
    return {
        "optimizers": optimizers, "surfaces": surfaces, "stages": stages, "size": pipeline.SIZE, "own": pipeline.OWN,
        "schedules": {kind.key: list(kind.hypers) for kind in SCHEDULES.values()},
        "curves": {
            key: {"asks": sorted({"xx", "px", "lx"} & set(arguments(curve.formula))), "each": curve.each}
            for key, curve in curves.CURVES.items()
        },
        "lowest": list(LOWEST), "scales": list(SCALES), "slots": list(judge.SLOTS), "causes": list(judge.CAUSES),
        "stops": list(judge.STOPS),
        "head": fits.HEAD,
    }  # fmt: skip


def _stability(record: Optimizer) -> dict[str, Any] | None:
    """Which kernels of the module of numbers, and where what they ask for stands: see ``curves.by_name``. ``fixed``: whether
    the limit is the same at each step.
    """
    if record.stability is None:
        return None
    limit, divides = record.stability.limit, record.stability.preconditioner
    kernels = {
        name: {"kernel": called(function), "places": curves.places(record, function).tolist()} if function else None
        for name, function in (("limit", limit), ("divides", divides))
    }
    return {**kernels, "fixed": record.stability.fixed(record.hypers)}


def _minima(surface: Surface) -> Any:
    """Theta and value of each; the number of such numbers where they follow from the parameters."""
    if "minima" in surface.derived:
        return len(surface.derived["minima"](**surface.values))
    return [[*m.theta, m.value] for m in surface.minima]


def index(made: Mapping[str, bytes]) -> dict[str, Any]:
    """What stands in ``index.json``."""
    return {
        "versions": versions(),
        "modules": {
            name: {"digest": module.digest, "sha256": hashlib.sha256(made[name]).hexdigest(), "exports": list(module.exports)}
            for name, module in modules().items()
        },
        **records(),
    }


def written(index: Mapping[str, Any]) -> str:
    """As JSON, a line a module and a record; in the order of the records, which is that of the kernels' numbers."""
    entries = []
    for name, value in index.items():
        lines = [f"{json.dumps(key)}: {json.dumps(each)}" for key, each in value.items()] if isinstance(value, dict) else []
        inner = ",\n  ".join(lines)
        entries.append(f"{json.dumps(name)}: " + (f"{{\n  {inner}\n}}" if lines else json.dumps(value)))
    return "{\n" + ",\n".join(entries) + "\n}\n"


def main() -> None:
    """Make every module; those that are no longer there are removed."""
    lanes.OPTIONS["cache"] = False
    made = {name: compiled(module) for name, module in modules().items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, data in made.items():
        (FOLDER / f"{name}.wasm").write_bytes(data)
    (FOLDER / "index.json").write_text(written(index(made)), "utf-8")
    print(f"{len(made)} modules, {sum(map(len, made.values())):,} bytes")


if __name__ == "__main__":
    main()
