"""A small mail server on loopback, for tests: asyncio speaking as much SMTP as a client needs (RFC 5321, 3207, 4954).

usage: smtp_server.py plain|starttls|implicit|silent|refuse [CERTIFICATE KEY]

Prints `port N` once it listens, and `mail JSON` for each mail it took. `silent` accepts connections and never says a
word; `refuse` answers every sender's address with 550.
"""

import asyncio
import base64
import json
import ssl
import sys

USER, PASSWORD = "mailer", "correct-horse-battery"


class Session:
    def __init__(self, mode, context):
        self.mode, self.context = mode, context

    async def run(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.is_secure = self.mode == "implicit"
        self.user, self.sender, self.recipients = None, None, []
        if self.mode == "silent":
            await reader.read()
            return
        await self.say("220 test server")
        while True:
            line = (await reader.readline()).decode("utf-8", "replace").rstrip("\r\n")
            if not line or not await self.obey(line):
                break
        writer.close()

    async def say(self, text):
        self.writer.write((text + "\r\n").encode())
        await self.writer.drain()

    async def obey(self, line):
        word = line.split(" ")[0].upper()
        if word == "EHLO":
            offers = ["250-test server"]
            if self.mode == "starttls" and not self.is_secure:
                offers.append("250-STARTTLS")
            if self.is_secure or self.mode == "plain":
                offers.append("250-AUTH PLAIN")
            await self.say("\r\n".join(offers + ["250 SIZE 1000000"]))
        elif word == "STARTTLS":
            await self.say("220 go ahead")
            await self.writer.start_tls(self.context)
            self.is_secure = True
        elif word == "AUTH":
            await self.authenticate(line)
        elif word == "MAIL":
            self.sender = line.split("<")[1].split(">")[0]
            await self.say("550 no" if self.mode == "refuse" else "250 ok")
        elif word == "RCPT":
            self.recipients.append(line.split("<")[1].split(">")[0])
            await self.say("250 ok")
        elif word == "DATA":
            await self.take()
        elif word == "QUIT":
            await self.say("221 bye")
            return False
        else:
            await self.say("250 ok")
        return True

    async def authenticate(self, line):
        words = line.split(" ")
        if len(words) < 3:
            await self.say("334 ")
            words.append((await self.reader.readline()).decode().strip())
        parts = base64.b64decode(words[2]).decode().split("\0")
        if parts[1:] == [USER, PASSWORD]:
            self.user = parts[1]
            await self.say("235 ok")
        else:
            await self.say("535 wrong")

    async def take(self):
        await self.say("354 go on")
        lines = []
        while (line := (await self.reader.readline()).decode("utf-8", "replace")) not in (".\r\n", ""):
            lines.append(line[1:] if line.startswith(".") else line)
        await self.say("250 taken")
        mail = {
            "sender": self.sender, "recipients": self.recipients, "text": "".join(lines),
            "secure": self.is_secure, "user": self.user,
        }
        print("mail " + json.dumps(mail), flush=True)


async def main(mode, files):
    context = None
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)

    async def serve(reader, writer):
        try:
            await Session(mode, context).run(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context if mode == "implicit" else None)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main(sys.argv[1], sys.argv[2:]))
