"""A model of random weights: gibberish, in a real server, from half a megabyte.

A file in the form that llama.cpp loads, of the architecture that most models have, and so small
that it costs nothing to run. Its tokens are single bytes, chosen at random: so what it says is
broken UTF-8 now and then, which is just what a gateway must bear.
"""

import os
import sys

import numpy
from gguf import GGUFWriter, TokenType

WIDTH = 64
HEADS = 4
INNER = 128
LAYERS = 2
# Three passages of the book are some four thousand bytes, and each is a token here.
CONTEXT = 6144

# Written down like this so that a system message, and all turns after it, are a few bytes more.
TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"


def write(path):
    """Writes it. The same bytes each time, for the seed is fixed."""
    half_made = f"{path}.{os.getpid()}"
    writer = GGUFWriter(half_made, "llama")
    writer.add_name("random bytes")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    vocabulary = add_vocabulary(writer)

    random = numpy.random.default_rng(6)

    def weights(name, *shape):
        writer.add_tensor(name, random.normal(0, 0.1, shape).astype(numpy.float32))

    def ones(name):
        writer.add_tensor(name, numpy.ones(WIDTH, numpy.float32))

    weights("token_embd.weight", vocabulary, WIDTH)
    ones("output_norm.weight")
    weights("output.weight", vocabulary, WIDTH)
    for layer in (f"blk.{n}" for n in range(LAYERS)):
        ones(f"{layer}.attn_norm.weight")
        ones(f"{layer}.ffn_norm.weight")
        for part in ["attn_q", "attn_k", "attn_v", "attn_output"]:
            weights(f"{layer}.{part}.weight", WIDTH, WIDTH)
        weights(f"{layer}.ffn_gate.weight", INNER, WIDTH)
        weights(f"{layer}.ffn_up.weight", INNER, WIDTH)
        weights(f"{layer}.ffn_down.weight", WIDTH, INNER)

    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(half_made, path)


def add_vocabulary(writer):
    tokens = [b"<unk>", b"<s>", b"</s>"]
    types = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL]
    tokens += [b"<0x%02X>" % byte for byte in range(256)]
    types += [TokenType.BYTE] * 256
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(TEMPLATE)
    return len(tokens)


if __name__ == "__main__":
    write(sys.argv[1])
