def test_what_is_tried_again_is_let_in(server, client):
    rule = server.greylist()
    client.say("MAIL FROM:<a@x>")
    said = client.send(b"RCPT TO:<b@x>\r\n").reply()
    assert said == (451, ["4.7.1 Greylisted, try again later"])
    assert [client.say(f"RCPT TO:<{to}>") for to in ("B@x", "c@x", "c@x")] == [250, 451, 250]
    assert rule.count == 4


def test_each_sender_is_deferred_for_itself(server, client, dial):
    server.greylist()
    client.say("MAIL FROM:<a@x>")
    assert client.say("RCPT TO:<b@x>") == 451
    other = dial(server)
    other.greet()
    other.say("MAIL FROM:<other@x>")
    assert other.say("RCPT TO:<b@x>") == 451
    again = dial(server)
    again.greet()
    assert again.address("a@x", "b@x").say(".") == 250
