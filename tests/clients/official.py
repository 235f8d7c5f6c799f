"""The official client of the OpenAI protocol, unchanged, asked to do what its users do.

    official.py URL WHAT [QUESTION]

It says in a line of JSON what came of it; what should come of it, the test knows.
"""

import json
import sys
import time

import openai

QUESTION = "What happens when a client hangs up?"


def main():
    url, what, *rest = sys.argv[1:]
    question = rest[0] if rest else QUESTION
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
    began = time.monotonic()
    try:
        said = WHATS[what](client, question)
    except openai.APIError as error:
        said = {
            "error": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "message": error.message,
        }
        if isinstance(error, openai.APIStatusError):
            said["retry_after"] = error.response.headers.get("retry-after")
    said["took"] = time.monotonic() - began
    print(json.dumps(said))


def chat(client, question, **more):
    messages = [{"role": "user", "content": question}]
    return client.chat.completions.create(model="any", messages=messages, **more)


def whole(client, question):
    answer = chat(client, question)
    choice = answer.choices[0]
    return {
        "text": choice.message.content,
        "finish": choice.finish_reason,
        "usage": answer.usage and answer.usage.completion_tokens,
        "passages": (answer.model_extra or {}).get("passages"),
    }


def streamed(client, question, **more):
    said = {"chunks": 0, "text": "", "finish": None, "usage": None, "passages": None, "role": None}
    for chunk in chat(client, question, stream=True, **more):
        said["chunks"] += 1
        said["passages"] = said["passages"] or (chunk.model_extra or {}).get("passages")
        # What counts the tokens comes last, and has no choices.
        said["usage"] = chunk.usage and chunk.usage.completion_tokens
        for choice in chunk.choices:
            said["role"] = said["role"] or choice.delta.role
            said["text"] += choice.delta.content or ""
            said["finish"] = choice.finish_reason or said["finish"]
    return said


def counted(client, question):
    return streamed(client, question, stream_options={"include_usage": True})


def nothing_asked(client, question):
    client.chat.completions.create(model="any", messages=[])
    return {"taken": True}


def no_such_path(client, question):
    client.embeddings.create(model="any", input=question)
    return {"taken": True}


def left(client, question):
    """Reads three words, and leaves: as a user does who has seen enough."""
    words = 0
    with chat(client, question, stream=True) as stream:
        for chunk in stream:
            words += bool(chunk.choices and chunk.choices[0].delta.content)
            if words == 3:
                break
    return {"words": words}


def impatient(client, question):
    return whole(client.with_options(timeout=0.5), question)


def impatient_stream(client, question):
    return streamed(client.with_options(timeout=0.5), question)


def persistent(client, question):
    """Asks again when it is refused, as the client does unless told otherwise."""
    client = client.with_options(max_retries=5)
    messages = [{"role": "user", "content": question}]
    answer = client.chat.completions.with_raw_response.create(model="any", messages=messages)
    return {"retries": answer.retries_taken, "text": answer.parse().choices[0].message.content}


def models(client, question):
    return {"models": [model.id for model in client.models.list()]}


WHATS = {
    what.__name__: what
    for what in [
        whole, streamed, counted, nothing_asked, no_such_path, left, impatient, impatient_stream,
        persistent, models,
    ]
}

if __name__ == "__main__":
    main()
