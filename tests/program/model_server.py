#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small model server for the tests of the whole program: it speaks the OpenAI-compatible protocol,
tells made-up words at a set rate, and can misbehave in the ways that real servers do.

    model_server.py [--port N] [--rate TOKENS_A_SECOND] [--tokens N] [--behaviour NAME]

In a test it is an object, whose replies can be queued one by one:

    with ModelServer(rate=50) as server:
        server.replies.append(Reply(text='The door opens.', behaviour='cut'))
        … server.url …
        server.requests[-1]['messages']
"""

import argparse
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BEHAVIOURS = {
    'plain': 'streams its words and ends as it should',
    'one-byte': 'the same, in pieces of one byte',
    'cut': 'the connection closes after half of the words',
    'error-inside': 'an error object comes in the middle of the stream, and no [DONE]',
    'garbage': 'lines that are no JSON come between the words',
    'bad-utf8': 'words with bytes that are no UTF-8',
    'silent': 'accepts the request and says nothing until it is hung up on',
    'stalls': 'half of the words, then silence until it is hung up on',
    'endless': 'goes on for as long as somebody reads',
    'loading': '503: the model is still being loaded',
    'wrong-key': '401: the key is wrong',
    'too-long': '400: the prompt is longer than the context',
    'broken': '500, with a page of HTML',
    'wait-a-second': '429, and the wish not to be asked for a second',
}


class Reply:
    def __init__(self, text=None, tokens=40, rate=0, behaviour='plain', reasoning='', tool_calls=(),
                 wait=0, cached=0):
        self.words = text.split(' ') if text is not None else numbered_words(tokens)
        self.rate = rate
        self.behaviour = behaviour
        self.reasoning = reasoning
        self.tool_calls = list(tool_calls)      # (name, arguments) pairs
        self.wait = wait                        # seconds that reading the prompt takes
        self.cached = cached                    # the part of the prompt that need not be read, 0 to 1

    def pieces(self):
        """The text as it is streamed: words with the space before them."""
        return [word if i == 0 else ' ' + word for i, word in enumerate(self.words)]


def numbered_words(count):
    """Words that tell their place, so that what arrived can be compared with what was sent."""
    return ['w%04d' % i for i in range(count)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_args):
        pass

    # Answers in one piece

    def answer(self, status, body, content_type='application/json', headers=()):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Type', content_type)
        self.send_header('Content-Length', str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        if status >= 400:
            self.send_header('Connection', 'close')
            self.close_connection = True
        self.end_headers()
        self.wfile.write(data)

    def answer_error(self, status, kind, message, **more):
        self.answer(status, {'error': dict(more, code=status, type=kind, message=message)})

    def do_GET(self):
        path = self.path.split('?')[0]
        if path == '/health':
            self.answer(200, {'status': 'ok'})
        elif path == '/v1/models':
            self.answer(200, {'object': 'list', 'data': [
                {'id': self.server.owner.model, 'object': 'model', 'owned_by': 'test'}]})
        else:
            self.answer_error(404, 'not_found_error', 'File Not Found')

    def do_POST(self):
        length = int(self.headers.get('Content-Length', 0))
        body = json.loads(self.rfile.read(length) or b'{}')
        path = self.path.split('?')[0]
        if path == '/v1/chat/completions':
            self.chat(body)
        elif path == '/v1/embeddings':
            texts = body['input'] if isinstance(body['input'], list) else [body['input']]
            self.answer(200, {'object': 'list', 'data': [
                {'object': 'embedding', 'index': i, 'embedding': letters(text)}
                for i, text in enumerate(texts)]})
        else:
            self.answer_error(404, 'not_found_error', 'File Not Found')

    # A chat completion

    def chat(self, body):
        reply = self.server.owner.take_reply(body, dict(self.headers))
        if reply.behaviour == 'loading':
            self.answer_error(503, 'unavailable_error', 'Loading model')
        elif reply.behaviour == 'wrong-key':
            self.answer_error(401, 'authentication_error', 'Invalid API Key')
        elif reply.behaviour == 'too-long':
            self.answer_error(400, 'exceed_context_size_error',
                              'request (9000 tokens) exceeds the available context size (4096 '
                              'tokens), try increasing it', n_prompt_tokens=9000, n_ctx=4096)
        elif reply.behaviour == 'broken':
            self.answer(500, '<html><body><h1>Internal Server Error</h1></body></html>', 'text/html')
        elif reply.behaviour == 'wait-a-second':
            self.answer(429, {'error': {'message': 'Rate limit reached'}}, headers=[('Retry-After', '1')])
        elif body.get('stream'):
            try:
                self.stream(body, reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
                self.server.owner.hung_up += 1
        else:
            self.answer(200, {
                'object': 'chat.completion', 'model': body.get('model'), 'choices': [{
                    'index': 0, 'finish_reason': 'stop',
                    'message': {'role': 'assistant', 'content': ''.join(reply.pieces())}}],
                'usage': self.usage(body, len(reply.words))})

    def stream(self, body, reply):
        self.reply = reply
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        if reply.behaviour == 'silent':
            self.wait_for_hang_up()
        time.sleep(reply.wait)
        self.delta({'role': 'assistant', 'content': None})
        if reply.reasoning:
            self.delta({'reasoning_content': reply.reasoning})
        if not self.stream_words(reply):
            return
        for index, (name, arguments) in enumerate(reply.tool_calls):
            self.delta({'tool_calls': [{'index': index, 'id': 'call-%d' % index, 'type': 'function',
                                        'function': {'name': name, 'arguments': ''}}]})
            text = json.dumps(arguments)
            for start in range(0, len(text), 5):
                self.delta({'tool_calls': [{'index': index,
                                            'function': {'arguments': text[start:start + 5]}}]})
        self.delta({}, finish='tool_calls' if reply.tool_calls else 'stop')
        if body.get('stream_options', {}).get('include_usage'):
            usage = self.usage(body, len(reply.words))
            if reply.cached:
                usage['prompt_tokens_details'] = {
                    'cached_tokens': int(reply.cached * usage['prompt_tokens'])}
            self.event({'choices': [], 'usage': usage})
        self.piece(b'data: [DONE]\n\n')
        self.wfile.write(b'0\r\n\r\n')

    def stream_words(self, reply):
        """Streams the words; False when the stream has come to a bad end."""
        pieces, behaviour = reply.pieces(), reply.behaviour
        start = time.monotonic()
        i = 0
        while i < len(pieces) or behaviour == 'endless':
            if behaviour in ('cut', 'error-inside', 'stalls') and i >= len(pieces) / 2:
                return self.end_badly(behaviour)
            if behaviour == 'garbage' and i % 3 == 1:
                self.piece(b'data: {"choices":[{"delta":\n\ndata: ]]]\n\n: a comment\n\nnonsense\n\n')
            self.delta({'content': pieces[i % len(pieces)]},
                       spoil=behaviour == 'bad-utf8' and i % 3 == 1)
            i += 1
            if reply.rate:
                time.sleep(max(0, start + i / reply.rate - time.monotonic()))
        return True

    def end_badly(self, behaviour):
        if behaviour == 'error-inside':
            self.event({'error': {'code': 500, 'type': 'server_error', 'message': 'slot failed'}})
            self.wfile.write(b'0\r\n\r\n')
        elif behaviour == 'stalls':
            self.wait_for_hang_up()
        self.close_connection = True
        return False

    def wait_for_hang_up(self):
        self.wfile.flush()
        self.connection.settimeout(60)
        try:
            self.connection.recv(1)
        except OSError:
            pass
        raise BrokenPipeError

    def delta(self, delta, finish=None, spoil=False):
        self.event({'object': 'chat.completion.chunk',
                    'choices': [{'index': 0, 'delta': delta, 'finish_reason': finish}]}, spoil)

    def event(self, payload, spoil=False):
        data = json.dumps(payload, ensure_ascii=False).encode()
        if spoil:
            data = data.replace(b'"}', b'\xff\xc3"}', 1)
        self.piece(b'data: ' + data + b'\n\n')

    def piece(self, data):
        size = 1 if self.reply.behaviour == 'one-byte' else len(data)
        for start in range(0, len(data), size):
            part = data[start:start + size]
            self.wfile.write(b'%x\r\n%s\r\n' % (len(part), part))
        self.wfile.flush()

    @staticmethod
    def usage(body, completion):
        # A rough count, but near enough that the prompt does not seem to have been cut.
        prompt = len(json.dumps([body['messages'], body.get('tools')])) // 4
        return {'prompt_tokens': prompt, 'completion_tokens': completion,
                'total_tokens': prompt + completion}


def letters(text):
    """A vector that is near for texts with the same letters: enough for a test of retrieval."""
    counts = [float(text.lower().count(chr(ord('a') + i))) for i in range(26)]
    length = sum(count * count for count in counts) ** 0.5 or 1.0
    return [count / length for count in counts]


class ModelServer:
    def __init__(self, port=0, rate=0, tokens=40, behaviour='plain', model='test-model'):
        self.model = model
        self.default = Reply(tokens=tokens, rate=rate, behaviour=behaviour)
        self.replies = []       # used up first, in order
        self.requests = []
        self.headers = []
        self.hung_up = 0        # streams that the client ended
        self.lock = threading.Lock()
        self.http = ThreadingHTTPServer(('127.0.0.1', port), Handler)
        self.http.daemon_threads = True
        self.http.owner = self
        self.url = 'http://127.0.0.1:%d/v1' % self.http.server_address[1]

    def take_reply(self, body, headers):
        with self.lock:
            self.requests.append(body)
            self.headers.append(headers)
            return self.replies.pop(0) if self.replies else self.default

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, kwargs={'poll_interval': 0.05},
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


def main():
    parser = argparse.ArgumentParser(epilog='behaviours: ' + '; '.join(
        '%s: %s' % item for item in BEHAVIOURS.items()))
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--rate', type=float, default=30)
    parser.add_argument('--tokens', type=int, default=200)
    parser.add_argument('--behaviour', choices=BEHAVIOURS, default='plain')
    options = parser.parse_args()
    server = ModelServer(options.port, options.rate, options.tokens, options.behaviour)
    print(server.url, flush=True)
    try:
        server.http.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == '__main__':
    sys.exit(main())
