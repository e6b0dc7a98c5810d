"""nntrain's random numbers by plain integers: Philox 4×32-10, Salmon et al. 2011, and its keys."""

MASK = 0xFFFFFFFF
PURPOSE, DERIVATION = 1, 2


def philox(counter, key):
    """The four random words of a block."""
    x, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(b >> 32) ^ x[1] ^ k[0], b & MASK, (a >> 32) ^ x[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return x


def child(key, value, domain):
    """A narrower key."""
    return tuple(philox((value & MASK, value >> 32, 0, domain), key)[:2])


def words(key, count):
    """The first words of a key's stream."""
    return [word for block in range((count + 3) // 4) for word in philox((block, 0, 0, 0), key)][:count]
