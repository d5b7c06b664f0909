"""A receiver that speaks HTTP/2 over TLS and nothing else; for HTTP2Tests.

    http2.py FOLDER     writes FOLDER/certificate.pem, for localhost, and answers every request 200

Prints `port N` once it listens, and `request CONNECTION METHOD PATH BYTES SIGNATURE` for each request.
"""

import socket
import ssl
import subprocess
import sys
import threading

import h2.config
import h2.connection
import h2.events

folder = sys.argv[1]
certificate, key = f"{folder}/certificate.pem", f"{folder}/key.pem"
subprocess.run(
    ["/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
    check=True, stderr=subprocess.DEVNULL)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
context.set_alpn_protocols(["h2"])


def serve(plain, number):
    with context.wrap_socket(plain, server_side=True) as connection:
        if connection.selected_alpn_protocol() != "h2":
            print("no HTTP/2", flush=True)
            return
        state = h2.connection.H2Connection(config=h2.config.H2Configuration(client_side=False))
        state.initiate_connection()
        connection.sendall(state.data_to_send())
        headers, sizes = {}, {}
        while data := connection.recv(65536):
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    names = {str(n, "ascii") if isinstance(n, bytes) else n: v for n, v in event.headers}
                    headers[event.stream_id] = {
                        name: str(value, "ascii") if isinstance(value, bytes) else value for name, value in names.items()}
                    sizes[event.stream_id] = 0
                elif isinstance(event, h2.events.DataReceived):
                    sizes[event.stream_id] += len(event.data)
                    state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    sent = headers.pop(event.stream_id)
                    print(
                        "request", number, sent[":method"], sent[":path"], sizes.pop(event.stream_id),
                        sent.get("x-tracklayer-signature", "-"), flush=True)
                    state.send_headers(event.stream_id, [(":status", "200"), ("content-length", "2")])
                    state.send_data(event.stream_id, b"{}", end_stream=True)
            connection.sendall(state.data_to_send())


listener = socket.create_server(("127.0.0.1", 0))
print("port", listener.getsockname()[1], flush=True)
number = 0
while True:
    plain, _ = listener.accept()
    number += 1
    threading.Thread(target=serve, args=(plain, number), daemon=True).start()
