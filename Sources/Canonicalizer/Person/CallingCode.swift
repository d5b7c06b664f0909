/// How a country's phone numbers begin (reference destinations/geo-normalization, 2).
struct CallingCode: Sendable, Equatable {
    /// The country calling code, ASCII digits.
    let code: [UInt8]
    /// What stands before a national number and goes when the code is added; empty if nothing does.
    let trunk: [UInt8]

    /// Whether this is the North American plan.
    var isNorthAmerican: Bool { code == [UInt8(ascii: "1")] }

    /// The rule of a country; nil for the few without phones of their own.
    static func of(_ country: CountryCode) -> CallingCode? { table[country.index] }

    /// `code/trunk prefix: countries`, one code up to each semicolon; `-` is no trunk prefix.
    private static let text = """
        1/1: ag ai as bb bm bs ca dm do gd gu jm kn ky lc mp ms pr sx tc tt us vc vg vi; 7/8: kz ru; 20/0: eg;
        27/0: za; 30/-: gr; 31/0: nl; 32/0: be; 33/0: fr; 34/-: es; 36/06: hu; 39/-: it va; 40/0: ro; 41/0: ch;
        43/0: at; 44/0: gb gg im je; 45/-: dk; 46/0: se; 47/-: no sj; 48/-: pl; 49/0: de; 51/0: pe; 52/-: mx;
        53/0: cu; 54/0: ar; 55/0: br; 56/-: cl; 57/0: co; 58/0: ve; 60/0: my; 61/0: au cc cx; 62/0: id; 63/0: ph;
        64/0: nz; 65/-: sg; 66/0: th; 81/0: jp; 82/0: kr; 84/0: vn; 86/0: cn; 90/0: tr; 91/0: in; 92/0: pk;
        93/0: af; 94/0: lk; 95/0: mm; 98/0: ir; 211/0: ss; 212/0: eh ma; 213/0: dz; 216/-: tn; 218/0: ly; 220/-: gm;
        221/-: sn; 222/-: mr; 223/-: ml; 224/-: gn; 225/-: ci; 226/-: bf; 227/-: ne; 228/-: tg; 229/-: bj;
        230/-: mu; 231/0: lr; 232/0: sl; 233/0: gh; 234/0: ng; 235/-: td; 236/-: cf; 237/-: cm; 238/-: cv;
        239/-: st; 240/-: gq; 241/-: ga; 242/-: cg; 243/0: cd; 244/-: ao; 245/-: gw; 246/-: io; 247/-: ac;
        248/-: sc; 249/0: sd; 250/0: rw; 251/0: et; 252/0: so; 253/-: dj; 254/0: ke; 255/0: tz; 256/0: ug;
        257/-: bi; 258/-: mz; 260/0: zm; 261/0: mg; 262/0: re yt; 263/0: zw; 264/0: na; 265/0: mw; 266/-: ls;
        267/-: bw; 268/-: sz; 269/-: km; 290/-: sh ta; 291/0: er; 297/-: aw; 298/-: fo; 299/-: gl; 350/-: gi;
        351/-: pt; 352/-: lu; 353/0: ie; 354/-: is; 355/0: al; 356/-: mt; 357/-: cy; 358/0: ax fi; 359/0: bg;
        370/0: lt; 371/-: lv; 372/-: ee; 373/0: md; 374/0: am; 375/8: by; 376/-: ad; 377/0: mc; 378/-: sm;
        380/0: ua; 381/0: rs; 382/0: me; 383/0: xk; 385/0: hr; 386/0: si; 387/0: ba; 389/0: mk; 420/-: cz;
        421/0: sk; 423/0: li; 500/-: fk; 501/-: bz; 502/-: gt; 503/-: sv; 504/-: hn; 505/-: ni; 506/-: cr;
        507/-: pa; 508/0: pm; 509/-: ht; 590/0: bl gp mf; 591/0: bo; 592/-: gy; 593/0: ec; 594/0: gf; 595/0: py;
        596/0: mq; 597/-: sr; 598/0: uy; 599/-: bq cw; 670/-: tl; 672/-: nf; 673/-: bn; 674/-: nr; 675/-: pg;
        676/-: to; 677/-: sb; 678/-: vu; 679/-: fj; 680/-: pw; 681/-: wf; 682/-: ck; 683/-: nu; 685/-: ws;
        686/0: ki; 687/-: nc; 688/-: tv; 689/-: pf; 690/-: tk; 691/-: fm; 692/1: mh; 850/0: kp; 852/-: hk;
        853/-: mo; 855/0: kh; 856/0: la; 880/0: bd; 886/0: tw; 960/-: mv; 961/0: lb; 962/0: jo; 963/0: sy;
        964/0: iq; 965/-: kw; 966/0: sa; 967/0: ye; 968/-: om; 970/0: ps; 971/0: ae; 972/0: il; 973/-: bh;
        974/-: qa; 975/-: bt; 976/0: mn; 977/0: np; 992/-: tj; 993/8: tm; 994/0: az; 995/0: ge; 996/0: kg;
        998/-: uz;
        """

    private static let table: [CallingCode?] = {
        var table = [CallingCode?](repeating: nil, count: CountryCode.indexCount)
        for row in text.split(separator: ";") {
            let words = row.split { $0.isWhitespace || $0 == ":" || $0 == "/" }
            guard words.count > 2 else { continue }
            let rule = CallingCode(code: Array(words[0].utf8), trunk: words[1] == "-" ? [] : Array(words[1].utf8))
            for country in words.dropFirst(2) {
                if let code = CountryCode(letters: country.utf8) { table[code.index] = rule }
            }
        }
        return table
    }()
}
