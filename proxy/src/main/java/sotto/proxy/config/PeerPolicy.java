package sotto.proxy.config;

import com.google.re2j.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sotto.proxy.guard.AddressRange;
import sotto.proxy.sdp.CodecPolicy;
import sotto.proxy.sdp.RtcpXr;

/**
 * What gets through from a peer and to it, and in which form.
 *
 * @param trustsIdentity whether it is of the trust domain of RFC 3325: what it says of identities is passed on to others
 *     of the domain, and it is told what they say
 * @param in for what comes from it
 * @param out for what goes to it
 * @param codecs those that it may offer and is offered, and whether fax takes their place
 * @param xr when it gets VoIP metrics in our RTCP
 * @param requests what it may send beside calls
 * @param phones those that register at it through us; none where empty
 */
public record PeerPolicy(
        boolean trustsIdentity,
        Rules in,
        Rules out,
        CodecPolicy codecs,
        RtcpXr xr,
        Requests requests,
        Optional<Phones> phones) {
    public static final PeerPolicy USUAL = new PeerPolicy(false, Rules.NONE, Rules.NONE, CodecPolicy.ANY);

    /** One that may make calls and no more. */
    public PeerPolicy(boolean trustsIdentity, Rules in, Rules out, CodecPolicy codecs) {
        this(trustsIdentity, in, out, codecs, RtcpXr.ASKED, Requests.NONE, Optional.empty());
    }

    /** The same, with other requests. */
    public PeerPolicy with(Requests other) {
        return new PeerPolicy(trustsIdentity, in, out, codecs, xr, other, phones);
    }

    /** The same, with phones behind it. */
    public PeerPolicy with(Phones other) {
        return new PeerPolicy(trustsIdentity, in, out, codecs, xr, requests, Optional.of(other));
    }

    /**
     * Phones and DECT gateways that register at a PBX through us (RFC 3261 §10).
     *
     * @param sources where they may be
     * @param domains hosts that they name the PBX by besides its address, the first is written instead of others
     * @param srtp whether their audio is encrypted
     * @param path whether the PBX is told the way back as a Path (RFC 3327), with outbound (RFC 5626)
     * @param most bindings of this PBX
     * @param mostPerUser bindings of one address of record
     * @param expires longest time that the PBX is asked for
     * @param natExpires longest time that a phone behind an address translator is told
     * @param keepAlive how often one that is behind it, and is reached over UDP, is asked with OPTIONS
     */
    public record Phones(
            List<AddressRange> sources,
            List<String> domains,
            PeerSettings.Srtp srtp,
            boolean path,
            int most,
            int mostPerUser,
            Duration expires,
            Duration natExpires,
            Duration keepAlive) {
        public Phones {
            sources = List.copyOf(sources);
            domains = List.copyOf(domains);
        }
    }

    /** What becomes of a transfer (REFER, and INVITE with Replaces). */
    public enum Refer {
        /** It gets 405, and sees in Allow that it need not ask. */
        REFUSE,
        /** We call whom it names, and put that leg in the place of its own. */
        LOCAL,
        /** The other side is asked, where its peer has this too. */
        PASS
    }

    /** What becomes of a fax that is to go on as T.38. */
    public enum Fax {
        /** It gets 488, and goes on in the audio. */
        REFUSE,
        /** It crosses, where the other side's peer has this too. */
        PASS
    }

    /**
     * Requests beside those that calls are made of. What crosses needs both peers' word.
     *
     * @param infoTypes media types of bodies of INFO; 405 where empty
     * @param messages whether MESSAGE crosses
     */
    public record Requests(Refer refer, Set<String> infoTypes, boolean messages) {
        public static final Requests NONE = new Requests(Refer.REFUSE, Set.of(), false);

        public Requests {
            infoTypes = Set.copyOf(infoTypes);
        }
    }

    /**
     * Rules of one direction.
     *
     * @param numbers the first that fits a number is the one
     * @param headers all of them, one after the other
     */
    public record Rules(List<NumberRule> numbers, List<HeaderRule> headers) {
        public static final Rules NONE = new Rules(List.of(), List.of());

        public Rules {
            numbers = List.copyOf(numbers);
            headers = List.copyOf(headers);
        }
    }

    /** Whose number. */
    public enum Party {
        CALLED,
        CALLING,
        BOTH
    }

    /** Gives a number another form. */
    public record NumberRule(Party of, Substitution rewrite) {}

    /** What is done with headers of a name. */
    public enum Action {
        /** Takes it over from the message received; without a rule nothing crosses. */
        PASS,
        /** Adds one with a value. */
        ADD,
        /** Takes it out of what would cross. */
        REMOVE,
        /** Gives its value another form. */
        REWRITE
    }

    /**
     * Acts on the headers of one name.
     *
     * @param match the values that are meant; all where empty
     * @param value of the one that is added, or the replacement
     */
    public record HeaderRule(Action action, String header, Optional<Pattern> match, String value) {}
}
