package sotto.proxy.sipp;

import sotto.proxy.e2e.Scenario;
import sotto.proxy.e2e.SippSdp;

/** Pieces that most scenarios have. Stateless. */
final class Talk {
    /** Our Contact, which is nobody else's. */
    static final String OURS = "<sip:127[.]0[.]0[.]1:[0-9]+(;transport=[a-z]+)?>";

    /** Our half of an SDP body with PCMA and telephone-event. */
    static final String AUDIO =
            "o=- [0-9]+ [0-9]+ IN IP4 127[.]0[.]0[.]1.*c=IN IP4 127[.]0[.]0[.]1.*m=audio [0-9]+ RTP/AVP 8 101";

    static final String TAKES_UPDATE = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE";

    private Talk() {}

    /** Calls until the ACK. */
    static Scenario calls() {
        return answered(Scenario.start().invite());
    }

    /** From the INVITE on, until the ACK. */
    static Scenario answered(Scenario invite) {
        return invite.mayGet(100, 180).expect(200).ack();
    }

    /** Rings and answers. */
    static Scenario answers() {
        return rings().answer("sendrecv").expect("ACK");
    }

    static Scenario rings() {
        return Scenario.start().expect("INVITE").respond(180, "Ringing");
    }

    static Scenario hangsUp(Scenario talk) {
        return talk.bye().expect(200);
    }

    static Scenario isHungUp(Scenario talk) {
        return talk.expect("BYE").respond(200, "OK");
    }

    /**
     * Brings the caller to rest, so that the called side may send a re-INVITE: an UPDATE follows its ACK and crosses, so
     * whoever has the UPDATE knows that the ACK is there. Else the re-INVITE might be glare with our own 2xx.
     */
    static Scenario settles(Scenario talk) {
        return talk.body(SippSdp.audio("sendrecv")).request("UPDATE").expect(200);
    }

    /** The other end of that; its 2xx must have said that it takes UPDATE. */
    static Scenario isSettled(Scenario talk) {
        return talk.expect("UPDATE").body(SippSdp.audio("sendrecv")).respond(200, "OK");
    }

    /** Rings and answers, and takes UPDATE. */
    static Scenario answersForUpdate() {
        return rings().with(TAKES_UPDATE).answer("sendrecv").expect("ACK");
    }

    /** Takes a CANCEL for an INVITE, and its ACK. */
    static Scenario isCancelled(Scenario ringing) {
        return ringing.expect("CANCEL")
                .respond(200, "OK")
                .ofInvite()
                .respond(487, "Request Terminated")
                .expect("ACK");
    }

    /** Sends CANCEL, and has what comes of it. */
    static Scenario cancels(Scenario invited) {
        return invited.cancel().mayGet(180, 183).expect(200).expect(487).ackOfFailure();
    }

    /** Takes a re-INVITE with that direction, and answers. */
    static Scenario isReInvited(Scenario talk, String offered, String answered) {
        return talk.expect("INVITE")
                .says("a=" + offered + "[[:cntrl:]]")
                .answer(answered)
                .expect("ACK");
    }

    /** Sends a re-INVITE with that direction, and gets the answer. */
    static Scenario reInvites(Scenario talk, String offered, String answered) {
        return reInvites(talk.body(SippSdp.audio(offered)), answered);
    }

    /** The same with the body that is set. */
    static Scenario reInvites(Scenario talk, String answered) {
        return talk.request("INVITE")
                .mayGet(100)
                .expect(200)
                .says("a=" + answered + "[[:cntrl:]]")
                .ack();
    }
}
